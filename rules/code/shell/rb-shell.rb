# ruleid: rb-shell
system("/bin/sh", "-c", line)
# ruleid: rb-shell
Process.spawn("powershell", "-Command", line)
# ok: rb-shell
system("ssh", "host")
# ok: rb-shell
puts "bash"
