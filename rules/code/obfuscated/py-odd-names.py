# ruleid: py-odd-names
lIlIlIlIlIlIl = 1
# ruleid: py-odd-names
def O0O0O0O0O0O0(a):
    pass
# ok: py-odd-names
line = "_" * 10 + "======"
# ok: py-odd-names
__all__ = ["OOOOOOOOOOOO"]
