# ruleid: code-publisher-token
token = YAML.load_file(File.join(Dir.home, ".gem/credentials"))
# ruleid: code-publisher-token
token = File.read(File.join(Dir.home, ".npmrc"))
# ok: code-publisher-token
spec = Gem::Specification.load("a.gemspec")
# ok: code-publisher-token
warn "put it into .npmrc or set it"
# the line above names npmrc
