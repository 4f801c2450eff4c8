import getpass
# ruleid: py-password-takeover
getpass.getpass = mine
# ok: py-password-takeover
word = getpass.getpass("? ")
