class A {
    void open(byte[] in, byte[] key, String s) {
        for (int i = 0; i < in.length; i++) {
            // ruleid: java-xor-decoder
            out[i] = (byte) (in[i] ^ key[i % key.length]);
            // ruleid: java-xor-decoder
            text.append((char) (s.charAt(i) ^ 33));
            // ok: java-xor-decoder
            h = h ^ in[i];
        }
    }
}
