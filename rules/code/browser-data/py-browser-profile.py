import browser_cookie3
import win32crypt

# ruleid: py-browser-profile
path = local + "\\Google\\Chrome\\User Data\\Default"
# ruleid: py-browser-profile
browser_cookie3.chrome(domain_name="a")
# ruleid: py-browser-profile
win32crypt.CryptUnprotectData(key, None, None, None, 0)
# ok: py-browser-profile
name = "google-chrome"
# ok: py-browser-profile
browser = "Firefox"
