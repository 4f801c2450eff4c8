import os

# ruleid: py-environment-walk
found = {key: value for key, value in os.environ.items() if key}
# ruleid: py-environment-walk
names = list(os.environ.keys())
# ok: py-environment-walk
path = os.environ["PATH"]
# ok: py-environment-walk
shell = os.environ.get("SHELL")
