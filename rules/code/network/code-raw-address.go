package a

import "net/http"

func beacon() {
	// ruleid: code-raw-address
	http.Get("http://203.0.113.7:8080/update")
	// ok: code-raw-address
	http.Get("http://192.168.1.1/")
	// ok: code-raw-address
	http.Get("http://10.0.0.1/x")
}
