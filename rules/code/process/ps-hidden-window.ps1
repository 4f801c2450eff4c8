# ruleid: ps-hidden-window
Start-Process powershell -WindowStyle Hidden -ArgumentList $a
# ruleid: ps-hidden-window
powershell -nop -w hidden -c $x
# ruleid: ps-hidden-window
$i.CreateNoWindow = $true
# ruleid: ps-hidden-window
start /min cmd /c a.bat
# ok: ps-hidden-window
Start-Process notepad -Wait
# ok: ps-hidden-window
# -WindowStyle Hidden
# ok: ps-hidden-window
start /min notepad
# ok: ps-hidden-window
Get-ChildItem -Hidden
