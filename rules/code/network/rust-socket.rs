use std::net::TcpStream;

fn open() {
    // ruleid: rust-socket
    let a = TcpStream::connect("example.invalid:4444");
    // ok: rust-socket
    let b = TcpListener::bind("127.0.0.1:0");
}
