# ruleid: rb-xor-decoder
text = data.bytes.map { |b| (b ^ 0x21).chr }.join
# ruleid: rb-xor-decoder
text = data.bytes.each_with_index.map { |b, i| b ^ key[i % key.size] }
# ok: rb-xor-decoder
bits = a ^ b
