use std::process::Command;

fn run(line: &str) {
    // ruleid: rust-shell
    Command::new("sh").arg("-c").arg(line).spawn();
    // ruleid: rust-shell
    std::process::Command::new("powershell.exe").args(["-c", line]).spawn();
    // ok: rust-shell
    Command::new("rustc").arg("--version").output();
    // ok: rust-shell
    println!("sh");
}
