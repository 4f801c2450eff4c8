import importlib

# ruleid: py-inline-import
__import__("os").system("id")
# ruleid: py-inline-import
data = __import__("base64").b64decode(text)
# ruleid: py-inline-import
importlib.import_module("subprocess").run(words)
# ok: py-inline-import
__import__("pkg_resources").declare_namespace(__name__)
# ok: py-inline-import
module = importlib.import_module(name)
