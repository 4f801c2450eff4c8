fn swap() {
    // ruleid: rust-clipboard
    let mut board = arboard::Clipboard::new().unwrap();
    // ok: rust-clipboard
    let c = Clip::new();
}
