import ctypes

# ruleid: py-loads-library
ctypes.CDLL("libc.so.6")
# ruleid: py-loads-library
ctypes.windll.kernel32
# ok: py-loads-library
ctypes.util.find_library("c")
# ok: py-loads-library
ctypes.c_int(4)
