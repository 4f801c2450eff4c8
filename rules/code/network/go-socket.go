package a

import "net"

func open() {
	// ruleid: go-socket
	net.Dial("tcp", "example.invalid:4444")
	// ruleid: go-socket
	net.DialTimeout("tcp", "example.invalid:1", 5)
	// ok: go-socket
	net.ParseIP("127.0.0.1")
	// ok: go-socket
	println("net.Dial failed")
}
