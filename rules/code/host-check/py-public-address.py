# ruleid: py-public-address
url = "https://api.ipify.org"
# ruleid: py-public-address
requests.get("http://ip-api.com/json")
# ok: py-public-address
run(["ifconfig", "eth0"])
# ok: py-public-address
import geoip2
