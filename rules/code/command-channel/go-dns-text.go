package a

import (
	"fmt"
	"net"
)

func ask(data []byte) {
	// ruleid: go-dns-text
	net.LookupTXT("task.example.invalid")
	// ruleid: go-dns-text
	net.LookupHost(fmt.Sprintf("%x.example.invalid", data))
	// ok: go-dns-text
	net.LookupHost("localhost")
	// ok: go-dns-text
	net.LookupMX("example.invalid")
}
