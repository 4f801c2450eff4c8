# ruleid: ps-program-from-bytes
[Reflection.Assembly]::Load($bytes)
# ruleid: ps-program-from-bytes
[System.Reflection.Assembly]::Load([Convert]::FromBase64String($x))
# ok: ps-program-from-bytes
[Reflection.Assembly]::LoadWithPartialName('System.Web')
# ok: ps-program-from-bytes
[System.Reflection.Assembly]::LoadFrom($dll)
# ok: ps-program-from-bytes
Add-Type -AssemblyName System.Web
