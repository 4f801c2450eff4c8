# ruleid: py-drop-place
path = "/tmp/.cache-update"
# ruleid: py-drop-place
path = os.path.join(home, ".npl")
# ruleid: py-drop-place
path = "C:\\ProgramData\\update.exe"
# ok: py-drop-place
path = "/tmp/report.txt"
# ok: py-drop-place
path = "/tmp/.X11-unix"
