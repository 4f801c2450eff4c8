fn watched(name: &str) -> bool {
    // ruleid: code-machine-check
    let p = kernel.get("IsDebuggerPresent");
    // ok: code-machine-check
    name == "wireshark-user-guide"
}
