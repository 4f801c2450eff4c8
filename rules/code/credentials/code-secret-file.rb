# ruleid: code-secret-file
key = File.read(File.expand_path("~/.git-credentials"))
# ok: code-secret-file
key = File.read("config/credentials.yml.enc")
