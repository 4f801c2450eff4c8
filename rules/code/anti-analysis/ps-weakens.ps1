# ruleid: ps-weakens
netsh advfirewall set allprofiles state off
# ruleid: ps-weakens
Set-NetFirewallProfile -All -Enabled False
# ruleid: ps-weakens
vssadmin delete shadows /all /quiet
# ruleid: ps-weakens
Stop-Service -Force WinDefend
# ok: ps-weakens
netsh advfirewall show allprofiles
# ok: ps-weakens
Stop-Service nginx
# ok: ps-weakens
vssadmin list shadows
# ok: ps-weakens
netsh advfirewall firewall add rule name=x
