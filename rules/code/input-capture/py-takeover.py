import requests, http.client
def send(self, request, **options):
    return old(self, request.headers["Authorization"])
# ruleid: py-takeover
requests.Session.send = send
# ruleid: py-takeover
http.client.HTTPConnection.putheader = send
# ok: py-takeover
session = requests.Session()
# ok: py-takeover
session.send = send
