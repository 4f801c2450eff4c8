# ruleid: py-lambda-chain
(lambda a: (lambda b: b(a))(print))(1)
# ruleid: py-lambda-chain
_ = lambda __: __import__("zlib").decompress(__)
# ruleid: py-lambda-chain
exec((lambda x: x)(text))
# ok: py-lambda-chain
key = lambda one: one.name
# ok: py-lambda-chain
sorted(all, key=lambda one: (one.a, one.b))
