# ruleid: rb-host-facts
name = Socket.gethostname
# ruleid: rb-host-facts
me = Etc.getlogin
# ok: rb-host-facts
host = uri.hostname
