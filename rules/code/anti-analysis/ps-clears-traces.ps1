# ruleid: ps-clears-traces
wevtutil cl Security
# ruleid: ps-clears-traces
Remove-Item (Get-PSReadLineOption).HistorySavePath
# ruleid: ps-clears-traces
Clear-EventLog -LogName Security
# ok: ps-clears-traces
Get-EventLog -LogName System
# ok: ps-clears-traces
wevtutil qe System
# ok: ps-clears-traces
Get-History
