use std::process::Command;

fn main() {
    // ruleid: rust-downloads
    Command::new("wget").arg("https://example.invalid/x").status();
    // ruleid: rust-downloads
    std::process::Command::new("curl").args(["-o", "/tmp/x", "https://example.invalid/x"]).status();
    // ok: rust-downloads
    Command::new("curl-config").arg("--libs").output();
    // ok: rust-downloads
    println!("cargo:rustc-link-lib=curl");
}
