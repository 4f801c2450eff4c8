import os

# ruleid: py-swallows-errors
try:
    exec(code)
except:
    pass
# ruleid: py-swallows-errors
try:
    prepare()
    os.system(command)
except Exception:
    pass
# ok: py-swallows-errors
try:
    exec(code)
except SyntaxError:
    pass
# ok: py-swallows-errors
try:
    import fast
except Exception:
    pass
