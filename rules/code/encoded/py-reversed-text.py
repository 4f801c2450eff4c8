import base64

# ruleid: py-reversed-text
exec(text[::-1])
# ruleid: py-reversed-text
base64.b64decode(text[::-1])
# ruleid: py-reversed-text
url = "dilavni.tsoh//:sptth"[::-1]
# ok: py-reversed-text
parts = path.split("/")[::-1]
# ok: py-reversed-text
label = "abc"[::-1]
