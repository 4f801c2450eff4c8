# ruleid: py-exec
exec(text)
# ruleid: py-exec
exec(compile(text, "a", "exec"), {})
# ok: py-exec
exec(open("version.py").read(), found)
# ok: py-exec
exec(compile(file.read(), "version.py", "exec"), found)
# ok: py-exec
cursor.execute(text)
