fn beacon() {
    // ruleid: code-raw-address
    let a = ureq::get("http://198.51.100.3/x").call();
    // ok: code-raw-address
    let b = ureq::get("http://127.0.0.1:80/x").call();
}
