# ruleid: py-inline-decoder
subprocess.Popen([sys.executable, "-c", "import base64; exec(base64.b64decode('QUJD'))"])
# ruleid: py-inline-decoder
line = "exec(__import__('zlib').decompress(bytes.fromhex('00')))"
# ok: py-inline-decoder
print("base64.b64decode(text) gives bytes")
# ok: py-inline-decoder
exec(code)
