import os

# ruleid: py-secret-variable
a = os.environ["AWS_SECRET_ACCESS_KEY"]
# ruleid: py-secret-variable
b = os.environ.get("TWINE_PASSWORD")
# ruleid: py-secret-variable
c = os.getenv("AWS_ACCESS_KEY_ID", "")
# ok: py-secret-variable
d = os.environ["AWS_REGION"]
# ok: py-secret-variable
e = settings["AWS_SECRET_ACCESS_KEY"]
