# ruleid: ps-vault
[Security.Cryptography.ProtectedData]::Unprotect($b, $null, 'CurrentUser')
# ruleid: ps-vault
cmdkey /list
# ruleid: ps-vault
reg save HKLM\SAM a
# ruleid: ps-vault
procdump -ma lsass.exe l.dmp
# ok: ps-vault
[Security.Cryptography.ProtectedData]::Protect($b, $null, 'CurrentUser')
# ok: ps-vault
reg query HKLM\SYSTEM
# ok: ps-vault
cmdkey /add:x
