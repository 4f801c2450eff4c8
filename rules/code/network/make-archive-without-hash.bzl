# ruleid: make-archive-without-hash
http_archive(name = "x", urls = ["https://get.invalid/x.tgz"])
# ruleid: make-archive-without-hash
run_command('curl', '-O', 'https://get.invalid/x')
# ok: make-archive-without-hash
http_archive(name = "x", urls = ["https://get.invalid/x.tgz"], sha256 = "00")
# ok: make-archive-without-hash
run_command('git', 'describe')
