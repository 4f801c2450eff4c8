# ruleid: py-machine-check
if "vmware" in text.lower():
    stop()
# ruleid: py-machine-check
names = ["VBoxService.exe", "other.exe"]
# ruleid: py-machine-check
if mac.startswith("08:00:27"):
    stop()
# ok: py-machine-check
platforms = ["linux", "win32"]
# ok: py-machine-check
name = "vmware"
