fn fetch(url: &str) {
    // ruleid: rust-web-request
    let a = reqwest::blocking::get(url);
    // ruleid: rust-web-request
    let b = ureq::post(url).send_string("x");
    // ok: rust-web-request
    let c = map.get(url);
    // ok: rust-web-request
    let d = http::get(url);
}
