package a

func open(in, key []byte) []byte {
	out := make([]byte, len(in))
	for i, c := range in {
		// ruleid: go-xor-decoder
		out[i] = c ^ key[i%len(key)]
		// ruleid: go-xor-decoder
		out = append(out, in[i]^key[i%len(key)])
		// ok: go-xor-decoder
		out[i] = in[i] ^ 0x20
		// ok: go-xor-decoder
		out[i] = in[i%len(in)]
	}
	return out
}
