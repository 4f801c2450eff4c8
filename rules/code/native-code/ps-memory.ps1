# ruleid: ps-memory
$p = [K]::VirtualAlloc(0, $n, 0x3000, 0x40)
# ruleid: ps-memory
[Runtime.InteropServices.Marshal]::GetDelegateForFunctionPointer($p, $t)
# ok: ps-memory
# VirtualAlloc is not used
# ok: ps-memory
[Threading.Thread]::Sleep(1)
