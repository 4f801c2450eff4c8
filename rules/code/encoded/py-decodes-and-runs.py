import base64
import os
import subprocess
import sys
import zlib

# ruleid: py-decodes-and-runs
exec(base64.b64decode("cHJpbnQoMSk="))
# ruleid: py-decodes-and-runs
exec(zlib.decompress(base64.b64decode(text)).decode())
# ruleid: py-decodes-and-runs
exec(__import__("base64").b64decode(text))
# ruleid: py-decodes-and-runs
os.system(bytes.fromhex("6964").decode())

def later(text):
    code = base64.b64decode(text).decode("utf-8")
    # ruleid: py-decodes-and-runs
    exec(code)
    # ruleid: py-decodes-and-runs
    subprocess.Popen([sys.executable, "-c", code])

# ok: py-decodes-and-runs
value = base64.b64decode(text)
# ok: py-decodes-and-runs
exec(open("version.py").read())
# ok: py-decodes-and-runs
subprocess.run(["tool"], input=text)
