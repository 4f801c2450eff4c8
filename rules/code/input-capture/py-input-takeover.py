import builtins
# ruleid: py-input-takeover
builtins.input = mine
# ok: py-input-takeover
word = builtins.input("? ")
