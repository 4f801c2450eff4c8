# ruleid: py-packer
from pyarmor_runtime_000000 import __pyarmor__
# ruleid: py-packer
__pyarmor__(__name__, __file__, b"PY000000")
# ok: py-packer
import pyarmored
# ok: py-packer
note = "obfuscated names are hard to read"
