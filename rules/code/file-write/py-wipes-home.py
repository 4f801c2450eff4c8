import os
import shutil
from pathlib import Path

# ruleid: py-wipes-home
shutil.rmtree(os.path.expanduser("~"), ignore_errors=True)
# ruleid: py-wipes-home
shutil.rmtree(Path.home())
# ok: py-wipes-home
shutil.rmtree(os.path.expanduser("~/.cache/tool"))
# ok: py-wipes-home
shutil.rmtree(build)
