# ruleid: py-character-codes
name = "".join(map(chr, [111, 115]))
# ruleid: py-character-codes
name = "".join(chr(one - 3) for one in codes)
# ruleid: py-character-codes
name = chr(111) + chr(115) + chr(46) + chr(112)
# ok: py-character-codes
letters = [chr(one) for one in range(97, 123)]
# ok: py-character-codes
name = "".join(map(str, [1, 2]))
