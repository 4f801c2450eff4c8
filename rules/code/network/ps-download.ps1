# ruleid: ps-download
Invoke-WebRequest -Uri $u -OutFile a.zip
# ruleid: ps-download
(New-Object Net.WebClient).DownloadFile($u, $f)
# ok: ps-download
# Invoke-WebRequest $u
# ok: ps-download
Get-Command Invoke-WebRequest
# ok: ps-download
$iwr
