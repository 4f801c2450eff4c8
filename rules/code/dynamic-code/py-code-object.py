import marshal
import types

# ruleid: py-code-object
code = marshal.loads(body)
# ruleid: py-code-object
types.FunctionType(compile(text, "a", "exec"), globals())()
# ok: py-code-object
code = marshal.load(file)
# ok: py-code-object
copy = types.FunctionType(old.__code__, old.__globals__)
