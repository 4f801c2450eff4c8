# ruleid: py-process-memory
for path in glob.glob("/proc/*/environ"):
    pass
# ruleid: py-process-memory
open(f"/proc/{pid}/mem", "rb")
# ok: py-process-memory
open("/proc/self/maps")
# ok: py-process-memory
open(f"/proc/{pid}/status")
