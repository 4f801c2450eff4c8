import os
import subprocess
import sys

import pip

# ruleid: py-installs-package
subprocess.check_call([sys.executable, "-m", "pip", "install", "requests"])
# ruleid: py-installs-package
os.system("pip install pycryptodome")
# ruleid: py-installs-package
pip.main(["install", name])
# ok: py-installs-package
raise SystemExit("run: pip install requests")
# ok: py-installs-package
subprocess.run([sys.executable, "-m", "pip", "list"])
