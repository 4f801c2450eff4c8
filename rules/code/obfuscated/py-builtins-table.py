# ruleid: py-builtins-table
__builtins__.__dict__[name](text)
# ruleid: py-builtins-table
getattr(__builtins__, name)(text)
# ruleid: py-builtins-table
globals()["__builtins__"]
# ok: py-builtins-table
getattr(__builtins__, "xrange", range)
# ok: py-builtins-table
import builtins
# ruleid: py-builtins-table
getattr(__builtins__, "ex" + "ec")(text)
# ok: py-builtins-table
exec_ = getattr(__builtins__, "exec")
