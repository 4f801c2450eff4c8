import base64
import json
import os

import requests

# ruleid: py-environment-dump
text = json.dumps(dict(os.environ))
# ruleid: py-environment-dump
text = str(os.environ)
# ruleid: py-environment-dump
requests.post(url, json=dict(os.environ))
# ruleid: py-environment-dump
data = base64.b64encode(json.dumps(dict(os.environ)).encode())
# ok: py-environment-dump
run(words, env=dict(os.environ, LANG="C"))
# ok: py-environment-dump
text = json.dumps(os.environ.get("A"))

# ruleid: py-environment-dump
for key, value in os.environ.items():
    text += key + "=" + value + "\n"
# ruleid: py-environment-dump
for key, value in os.environ.items():
    if key.isupper():
        text += f"{key}={value};"
# ok: py-environment-dump
for key, value in os.environ.items():
    words += ["--env", f"{key}={value}"]
