# ruleid: py-browser-store
path = os.path.join(profile, "Login Data")
# ruleid: py-browser-store
key = state["os_crypt"]["encrypted_key"]
# ruleid: py-browser-store
cursor.execute("SELECT origin_url, username_value, password_value FROM logins")
# ok: py-browser-store
title = "Your Login Data is safe"
# ok: py-browser-store
path = "logins.py"
