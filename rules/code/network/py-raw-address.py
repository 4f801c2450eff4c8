# ruleid: py-raw-address
requests.get("http://203.0.113.7:1224/client/5346")
# ruleid: py-raw-address
s.connect(("203.0.113.7", 4444))
# ok: py-raw-address
requests.get("http://127.0.0.1:8080/")
# ok: py-raw-address
s.connect(("8.8.8.8", 80))
# ok: py-raw-address
log("listens on 203.0.113.7")
