import pathlib

# ruleid: code-picture-runs
data = pathlib.Path("logo.png").read_bytes() or open("logo.png", "rb").read()
text = bytes(one ^ 7 for one in data[640:])
exec(text)



# ok: code-picture-runs
picture = open("logo.png", "rb").read()
show(picture)
