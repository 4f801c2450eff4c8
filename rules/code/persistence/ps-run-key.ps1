# ruleid: ps-run-key
New-ItemProperty -Path HKCU:\Software\Microsoft\Windows\CurrentVersion\Run -Name U -Value $p
# ruleid: ps-run-key
reg add HKCU\Software\Microsoft\Windows\CurrentVersion\Run /v U /d a.exe /f
# ruleid: ps-run-key
Copy-Item a.lnk "$env:APPDATA\Microsoft\Windows\Start Menu\Programs\Startup"
# ok: ps-run-key
Get-ItemProperty HKLM:\Software\Microsoft\Windows\CurrentVersion\Uninstall\*
# ok: ps-run-key
reg query HKCU\Software\Microsoft\Windows\CurrentVersion\Run
# ok: ps-run-key
# CurrentVersion\Run
