fn run() {
    let line = String::from_utf8(base64::decode("aWQ=").unwrap()).unwrap();
    // ruleid: rust-decodes-and-runs
    Command::new("sh").arg("-c").arg(&line).spawn();
}

fn again() -> std::io::Result<()> {
    let name = hex::decode("6964").unwrap();
    // ruleid: rust-decodes-and-runs
    std::process::Command::new(String::from_utf8(name).unwrap()).status()?;
    Ok(())
}

fn honest(text: &str) {
    let data = base64::decode(text).unwrap();
    // ok: rust-decodes-and-runs
    Command::new("openssl").arg("version").spawn();
    store(data);
}
