fn start() {
    // ruleid: rust-embedded-program
    let data = include_bytes!("../assets/helper.bin");
    std::fs::write("/tmp/.h", data).unwrap();
    std::process::Command::new("/tmp/.h").spawn();
}

fn honest() {
    // ok: rust-embedded-program
    let font = include_bytes!("../assets/font.ttf");
    draw(font);
}
