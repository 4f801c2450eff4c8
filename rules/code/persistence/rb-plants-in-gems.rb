# ruleid: rb-plants-in-gems
File.write(File.join(Gem.dir, "gems/rack/lib/rack.rb"), text)
# ruleid: rb-plants-in-gems
File.open("lib/rubygems_plugin.rb", "w") { |f| f << text }
# ok: rb-plants-in-gems
path = File.join(Gem.dir, "cache")
# ok: rb-plants-in-gems
File.read(File.join(spec.gem_dir, "README"))
