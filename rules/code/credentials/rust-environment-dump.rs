use std::env;

fn take() {
    // ruleid: rust-environment-dump
    let all: Vec<(String, String)> = env::vars().collect();
    // ruleid: rust-environment-dump
    let text = std::env::vars().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("\n");
    // ok: rust-environment-dump
    let home = env::var("HOME");
    // ok: rust-environment-dump
    for (key, value) in env::vars_os() {}
}
