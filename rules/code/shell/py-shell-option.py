import asyncio
import subprocess

# ruleid: py-shell-option
subprocess.run(command, shell=True)
# ruleid: py-shell-option
subprocess.getoutput(command)
# ok: py-shell-option
subprocess.run(command, shell=False)
# ok: py-shell-option
session.getoutput()
