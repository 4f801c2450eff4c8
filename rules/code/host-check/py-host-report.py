import getpass
import os
import platform
import socket

# ruleid: py-host-report
report = {"host": socket.gethostname(), "user": getpass.getuser()}
# ruleid: py-host-report
report = f"{getpass.getuser()}@{socket.gethostname()}"
# ruleid: py-host-report
report = {"name": platform.node(), "system": platform.system(), "here": os.getcwd()}
# ok: py-host-report
report = {"host": socket.gethostname(), "time": now}
# ok: py-host-report
report = f"worker-{socket.gethostname()}"
