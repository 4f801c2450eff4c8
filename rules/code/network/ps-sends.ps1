# ruleid: ps-sends
Invoke-RestMethod -Uri $u -Method Post -Body $b
# ruleid: ps-sends
$w.UploadString($u, $s)
# ok: ps-sends
Invoke-RestMethod -Uri $u -Method Get
# ok: ps-sends
Write-Host Post
