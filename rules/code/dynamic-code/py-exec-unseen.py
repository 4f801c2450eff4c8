import marshal

# ruleid: py-exec-unseen
exec(body.decode())
# ruleid: py-exec-unseen
exec("".join(pieces))
# ruleid: py-exec-unseen
eval(compile(body.decode("utf-8"), "<a>", "exec"))

def later():
    code = marshal.loads(body)
    # ruleid: py-exec-unseen
    exec(code)

# ok: py-exec-unseen
exec(open("version.py").read())
# ok: py-exec-unseen
exec(code, namespace)
# ok: py-exec-unseen
eval(expression, {}, names)
