# ruleid: py-token-store
path = os.path.expanduser("~/.pypirc")
# ruleid: py-token-store
path = home / ".aws/credentials"
# ruleid: py-token-store
paths = ["~/.git-credentials", "~/.config/other"]
# ok: py-token-store
log("see the documentation of .pypirc files")
# ok: py-token-store
path = "config.json"
