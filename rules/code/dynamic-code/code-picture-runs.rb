# ruleid: code-picture-runs
data = File.binread("ext/columns/logo.png")
text = data[-400..].unpack1("m0")
eval(text)



# ok: code-picture-runs
picture = File.binread("logo.png")
show(picture)
