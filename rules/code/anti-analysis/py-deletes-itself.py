import os
import sys
from pathlib import Path

# ruleid: py-deletes-itself
os.remove(__file__)
# ruleid: py-deletes-itself
os.unlink(sys.argv[0])
# ruleid: py-deletes-itself
Path(__file__).unlink()
# ok: py-deletes-itself
os.remove(path)
# ok: py-deletes-itself
os.remove(os.path.join(os.path.dirname(__file__), "a.tmp"))
