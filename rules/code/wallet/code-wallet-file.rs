fn keys() {
    // ruleid: code-wallet-file
    let a = std::fs::read_to_string(home.join(".config/solana/id.json"));
    // ok: code-wallet-file
    let b = std::fs::read_to_string("solana.toml");
}
