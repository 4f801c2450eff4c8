# ruleid: rb-decodes-and-runs
eval(Base64.decode64("cHV0cyAx"))
# ruleid: rb-decodes-and-runs
eval("cHV0cyAx".unpack("m0")[0])
# ruleid: rb-decodes-and-runs
instance_eval(Zlib::Inflate.inflate(blob))
# ruleid: rb-decodes-and-runs
eval([112, 117, 116, 115, 32, 49].pack("c*"))
code = Base64.urlsafe_decode64(cookie.to_s)
# ruleid: rb-decodes-and-runs
eval(code) if code
# ruleid: rb-decodes-and-runs
Kernel.send(["73797374656d"].pack("H*"), line)
# ok: rb-decodes-and-runs
image = Base64.decode64(text)
# ok: rb-decodes-and-runs
name = words.pack("U*")
