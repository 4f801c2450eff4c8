' ruleid: bat-script-host
CreateObject("WScript.Shell").Run "a.exe"
' ruleid: bat-script-host
Set s = CreateObject("WScript.Shell")
s.Run "powershell -c x", 0
' ok: bat-script-host
Set s = CreateObject("WScript.Shell")
s.RegRead "HKLM"
' ok: bat-script-host
Set f = CreateObject("Scripting.FileSystemObject")
