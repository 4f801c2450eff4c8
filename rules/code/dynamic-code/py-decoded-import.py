import base64
import importlib

# ruleid: py-decoded-import
__import__(base64.b64decode("b3M=").decode())
# ruleid: py-decoded-import
__import__("".join(map(chr, [111, 115])))
# ruleid: py-decoded-import
importlib.import_module(bytes.fromhex("6f73").decode())
# ok: py-decoded-import
importlib.import_module(".".join(parts))
# ok: py-decoded-import
__import__(name)
