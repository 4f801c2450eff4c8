import getpass
import platform
import socket

# ruleid: py-host-facts
name = socket.gethostname()
# ruleid: py-host-facts
user = getpass.getuser()
# ruleid: py-host-facts
platform.node()
# ok: py-host-facts
platform.python_version()
# ok: py-host-facts
getpass.getpass()
