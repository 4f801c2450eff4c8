import os
import sys

# ruleid: py-debugger-check
if sys.gettrace() is not None:
    os._exit(1)
# ruleid: py-debugger-check
if ctypes.windll.kernel32.IsDebuggerPresent():
    pass
# ok: py-debugger-check
if sys.gettrace() is None:
    sys.settrace(trace)
# ok: py-debugger-check
previous = sys.gettrace()
