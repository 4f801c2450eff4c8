import urllib.request

import requests

# ruleid: py-exec-reply
exec(requests.get(url).text)
# ruleid: py-exec-reply
exec(urllib.request.urlopen(url).read().decode(), {})

def later(url):
    reply = requests.get(url)
    # ruleid: py-exec-reply
    exec(reply.text)

def socket_loop(connection):
    # ruleid: py-exec-reply
    exec(connection.recv(4096).decode())

# ok: py-exec-reply
json.loads(requests.get(url).text)
# ok: py-exec-reply
exec(open("version.py").read())
