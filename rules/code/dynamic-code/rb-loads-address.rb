# ruleid: rb-loads-address
system("gem install --source https://example.invalid helper")
# ruleid: rb-loads-address
Gem.install("helper")
# ok: rb-loads-address
puts "run: gem install rake"
# ok: rb-loads-address
Gem.path
