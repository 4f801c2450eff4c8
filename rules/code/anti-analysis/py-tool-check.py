# ruleid: py-tool-check
watched = ["wireshark.exe", "other"]
# ruleid: py-tool-check
if "procmon" in names:
    stop()
# ok: py-tool-check
log("open it in wireshark")
# ok: py-tool-check
tools = ["git", "gcc"]
