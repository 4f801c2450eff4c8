import ctypes
import os

# ruleid: py-memory-code
ctypes.windll.kernel32.VirtualAlloc(0, size, 0x3000, 0x40)
# ruleid: py-memory-code
k.CreateRemoteThread(process, None, 0, address, None, 0, None)

def run(body):
    # ruleid: py-memory-code
    fd = os.memfd_create("a")
    os.write(fd, body)
    os.execv(f"/proc/self/fd/{fd}", ["a"])

# ok: py-memory-code
log("VirtualAlloc failed")
# ok: py-memory-code
fd = os.memfd_create("shared")
