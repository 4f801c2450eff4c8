# ruleid: py-xor-decoder
text = "".join(chr(ord(one) ^ 7) for one in hidden)
# ruleid: py-xor-decoder
text = bytes([one ^ 0x5A for one in hidden]).decode()
# ok: py-xor-decoder
masked = bytes(a ^ b for a, b in zip(mask, data))
# ok: py-xor-decoder
flags = left ^ right
