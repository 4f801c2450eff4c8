fn who() {
    // ruleid: rust-host-facts
    let a = hostname::get();
    // ruleid: rust-host-facts
    let b = whoami::username();
    // ok: rust-host-facts
    let c = url.hostname();
}
