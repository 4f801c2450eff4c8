# ruleid: rb-process
system("ls", dir)
# ruleid: rb-process
out = `uname -a`
# ruleid: rb-process
Open3.capture2e("ls")
# ruleid: rb-process
Process.spawn("make")
# ok: rb-process
files = `git ls-files -z`.split("\0")
# ok: rb-process
db.exec_query("select 1")
# ok: rb-process
exec(sql)
# ok: rb-process
connection.system
