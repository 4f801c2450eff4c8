import urllib.request as ur
from http.client import HTTPSConnection

import requests
from requests import post

# ruleid: py-web-request
ur.urlopen("https://host.invalid/")
# ruleid: py-web-request
requests.get(url, timeout=5)
# ruleid: py-web-request
post(url, json=body)
# ruleid: py-web-request
HTTPSConnection("host.invalid")
# ok: py-web-request
urllib.parse.urlencode({"a": 1})
# ok: py-web-request
self.requests.append(one)
