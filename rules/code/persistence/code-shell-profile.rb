# ruleid: code-shell-profile
File.open(File.expand_path("~/.zshrc"), "a") { |f| f << line }
# ok: code-shell-profile
File.open("zshrc.erb")
# names .zshrc only here
