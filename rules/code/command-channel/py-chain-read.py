# ruleid: py-chain-read
requests.post(url, json={"jsonrpc": "2.0", "method": "eth_call", "params": []})
# ruleid: py-chain-read
requests.post(url, json={"id": 1, "method": "getSignaturesForAddress", "params": [address]})
# ok: py-chain-read
requests.post(url, json={"method": "list"})
# ok: py-chain-read
log("eth_call failed")
