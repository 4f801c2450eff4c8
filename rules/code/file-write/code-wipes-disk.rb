# ruleid: code-wipes-disk
system("rm -rf ~/*")
# ok: code-wipes-disk
system("rm -rf tmp/cache")
