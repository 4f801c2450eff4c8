# ruleid: ps-environment-dump
gci env:* | ConvertTo-Json
# ruleid: ps-environment-dump
$b = (Get-ChildItem env:) | Out-String
# ok: ps-environment-dump
$env:PATH
# ok: ps-environment-dump
Get-ChildItem Env:CI
# ok: ps-environment-dump
Test-Path env:CI
