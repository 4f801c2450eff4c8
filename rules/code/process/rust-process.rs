use std::process::Command;

fn run(name: &str) {
    // ruleid: rust-process
    let a = Command::new(name).spawn();
    // ruleid: rust-process
    let b = std::process::Command::new("ls").output();
    // ok: rust-process
    let c = CommandLine::new(name);
    // ok: rust-process
    std::process::exit(1);
}
