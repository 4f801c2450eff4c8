import base64
import pickle

import requests

# ruleid: py-unpickles-foreign
pickle.loads(requests.get(url).content)
# ruleid: py-unpickles-foreign
pickle.loads(base64.b64decode("gASVHgAAAAAAAAA="))
# ok: py-unpickles-foreign
pickle.loads(row.value)
# ok: py-unpickles-foreign
pickle.load(file)
