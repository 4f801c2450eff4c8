fn late() {
    // ruleid: rust-long-sleep
    std::thread::sleep(std::time::Duration::from_secs(3600));
    // ruleid: rust-long-sleep
    thread::sleep(Duration::from_secs(900));
    // ok: rust-long-sleep
    thread::sleep(Duration::from_secs(5));
}
