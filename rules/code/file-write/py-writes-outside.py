import os
from pathlib import Path

# ruleid: py-writes-outside
open(os.path.expanduser("~/.tool/state"), "w")
# ruleid: py-writes-outside
open(os.path.join(os.path.expanduser("~"), "a"), "wb")
# ruleid: py-writes-outside
(Path.home() / ".tool").write_text("a")
# ok: py-writes-outside
open(os.path.expanduser("~/.tool/state"))
# ok: py-writes-outside
(Path.home() / ".tool").read_text()
