use std::fs;
use std::process::Command;

fn drop_it(data: &[u8]) {
    let path = std::env::temp_dir().join(".cache");
    fs::write(&path, data).unwrap();
    // ruleid: rust-runs-what-it-wrote
    Command::new(&path).spawn();
}

fn honest(text: &str, out: &Path) {
    fs::write(&out, text).unwrap();
    // ok: rust-runs-what-it-wrote
    Command::new("rustfmt").arg(&out).status();
}
