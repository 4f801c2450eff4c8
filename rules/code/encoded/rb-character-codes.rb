# ruleid: rb-character-codes
a = [104, 116, 116, 112, 58, 47, 47, 101].pack("c*")
# ruleid: rb-character-codes
b = [104, 116, 116, 112, 58, 47, 47].map(&:chr).join
# ok: rb-character-codes
c = [0x2764].pack("U*")
# ok: rb-character-codes
d = codes.map(&:chr).join
