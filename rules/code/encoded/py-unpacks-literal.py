import base64
import marshal
import zlib

# ruleid: py-unpacks-literal
data = zlib.decompress(base64.b64decode(b"eJxLBAAAYgBi"))
# ruleid: py-unpacks-literal
code = marshal.loads(zlib.decompress(body))
# ok: py-unpacks-literal
data = zlib.decompress(body)
# ok: py-unpacks-literal
data = base64.b64decode("QUJD")
