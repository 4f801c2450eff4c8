import base64
import importlib

# ruleid: py-decoded-name
__import__(base64.b64decode("b3M=").decode())
# ruleid: py-decoded-name
getattr(os, "".join(map(chr, [115, 121])))
# ruleid: py-decoded-name
importlib.import_module(bytes.fromhex("6f73").decode())
# ok: py-decoded-name
getattr(os, name.decode("ascii"))
# ok: py-decoded-name
__import__(name)
