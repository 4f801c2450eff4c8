package a

import "net/http"

func where() {
	// ruleid: code-public-address
	http.Get("https://api.ipify.org?format=text")
	// ok: code-public-address
	http.Get("https://example.invalid/ipify")
}
