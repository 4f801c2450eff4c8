import os
import subprocess
from subprocess import DEVNULL, Popen

# ruleid: py-outlives-parent
subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
# ruleid: py-outlives-parent
Popen(words, start_new_session=True, stdout=DEVNULL)
# ruleid: py-outlives-parent
subprocess.Popen(words, creationflags=subprocess.DETACHED_PROCESS | 8, stderr=subprocess.DEVNULL)
# ok: py-outlives-parent
subprocess.Popen(words, start_new_session=True)
# ok: py-outlives-parent
subprocess.run(words, stdout=subprocess.DEVNULL)
