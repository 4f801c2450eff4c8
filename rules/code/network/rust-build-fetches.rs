fn main() {
    // ruleid: rust-build-fetches
    let data = reqwest::blocking::get("https://example.invalid/lib.a").unwrap();
    // ok: rust-build-fetches
    println!("cargo:rerun-if-changed=build.rs");
}

fn library(url: &str) {
    // ok: rust-build-fetches
    let data = ureq::get(url).call();
}
