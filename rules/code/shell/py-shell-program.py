import os
import subprocess

# ruleid: py-shell-program
subprocess.run(["bash", "-c", line])
# ruleid: py-shell-program
os.system("powershell -File a.ps1")
# ruleid: py-shell-program
subprocess.Popen(["cmd.exe", "/c", "start", path])
# ok: py-shell-program
subprocess.run(["git", "-c", "core.pager=cat", "log"])
# ok: py-shell-program
print("a powershell -File argument")
