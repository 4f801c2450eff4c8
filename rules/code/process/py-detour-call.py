import os

# ruleid: py-detour-call
getattr(os, "sys" + "tem")("id")
# ruleid: py-detour-call
__import__("os").system("id")  # popen
# ruleid: py-detour-call
os.__dict__["popen"]("id")
# ok: py-detour-call
getattr(os, "system")
# ok: py-detour-call
os.system("id")
