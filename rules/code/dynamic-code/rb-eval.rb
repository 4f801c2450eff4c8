# ruleid: rb-eval
eval(text)
# ruleid: rb-eval
eval reply.body
# ruleid: rb-eval
Object.send(:eval, text)
# ok: rb-eval
eval("def #{name}; @#{name}; end")
# ok: rb-eval
spec = eval(File.read("a.gemspec"))
# ok: rb-eval
evaluate(text)
# ruleid: rb-eval
eval("cHV0cyAx".unpack1("m0"))
