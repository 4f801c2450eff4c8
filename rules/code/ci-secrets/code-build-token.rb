# ruleid: code-build-token
key = ENV["GEM_HOST_API_KEY"]
# ok: code-build-token
key = ENV["GEM_HOST"]
