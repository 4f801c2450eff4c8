import os
import subprocess as sp
from subprocess import Popen as P

# ruleid: py-process
sp.run(["git", "status"])
# ruleid: py-process
P(command)
# ruleid: py-process
os.system("make")
# ruleid: py-process
os.execvp("sh", ["sh"])
# ok: py-process
sp.list2cmdline(words)
# ok: py-process
os.path.join("a", "b")
# ok: py-process
platform.system()
