# ruleid: ps-task
Register-ScheduledTask -TaskName U -Action $a
# ruleid: ps-task
schtasks /create /sc minute /tn U /tr a.exe /f
# ruleid: ps-task
sc.exe create U binPath= C:\a.exe
# ok: ps-task
Get-ScheduledTask
# ok: ps-task
schtasks /query
# ok: ps-task
sc query x
