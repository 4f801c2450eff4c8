import os
import site
import shutil
import sysconfig

# ruleid: py-edits-other-package
open(os.path.join(site.getsitepackages()[0], "requests", "api.py"), "a")
# ruleid: py-edits-other-package
shutil.copy("hook.py", sysconfig.get_paths()["purelib"])
# ok: py-edits-other-package
open(os.path.join(site.getsitepackages()[0], "requests", "api.py"))
# ok: py-edits-other-package
shutil.copy("hook.py", build_lib)
