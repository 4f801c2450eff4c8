import requests

# ruleid: py-key-sent
requests.post(url, json={"mnemonic": words})
# ruleid: py-key-sent
requests.post(url, data=private_key)
# ok: py-key-sent
requests.post(url, json={"public_key": key}, cert=private_key)
# ok: py-key-sent
store({"mnemonic": words})
