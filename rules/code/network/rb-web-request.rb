# ruleid: rb-web-request
Net::HTTP.get(URI("https://example.invalid/x"))
# ruleid: rb-web-request
text = URI.open("https://example.invalid/x").read
# ok: rb-web-request
uri = URI.parse("https://example.invalid/x")
# ok: rb-web-request
raise Net::HTTPError
# names Net::HTTP only
