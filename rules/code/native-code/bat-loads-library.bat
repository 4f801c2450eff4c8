rem ruleid: bat-loads-library
rundll32 node-gyp.dll,main
rem ruleid: bat-loads-library
wmic process call create "a.exe"
rem ruleid: bat-loads-library
regsvr32 /s /u %TEMP%\a.dll
rem ruleid: bat-loads-library
mshta %TEMP%\a.hta
rem ok: bat-loads-library
rundll32 shell32.dll,Control_RunDLL
rem ok: bat-loads-library
regsvr32 /s "C:\Program Files\a.dll"
rem ok: bat-loads-library
wmic cpu get name
