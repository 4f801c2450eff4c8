# ruleid: py-exec
exec(text)
# ruleid: py-exec
exec(compile(text, "a", "exec"), {})
# ok: py-exec
exec(open("version.py").read(), found)
# ok: py-exec
with open("version.py") as file: exec(compile(file.read(), "version.py", "exec"), found)
# ruleid: py-exec
exec(urlopen(url).read())
# ok: py-exec
cursor.execute(text)
