import importlib

# ruleid: py-split-name
__import__("sub" + "process")
# ruleid: py-split-name
getattr(os, "sys" + "tem")("id")
# ok: py-split-name
getattr(os, "system")
# ok: py-split-name
getattr(self, "visit_" + name)
