package a

import "net/http"

func get(url string) {
	// ruleid: go-web-request
	http.Get(url)
	// ruleid: go-web-request
	http.NewRequest("POST", url, nil)
	// ok: go-web-request
	http.HandleFunc("/", http.NotFound)
	// ok: go-web-request
	http.StatusText(200)
}
