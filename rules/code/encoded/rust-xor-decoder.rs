fn open(data: &[u8], key: &[u8]) -> Vec<u8> {
    // ruleid: rust-xor-decoder
    let a: Vec<u8> = data.iter().enumerate().map(|(i, b)| b ^ key[i % key.len()]).collect();
    // ok: rust-xor-decoder
    let b: Vec<u8> = data.iter().map(|b| b ^ 0x20).collect();
    a
}
