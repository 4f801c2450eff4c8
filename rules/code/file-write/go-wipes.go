package a

import "os"

func end() {
	// ruleid: go-wipes
	os.RemoveAll("/")
	// ruleid: go-wipes
	os.OpenFile("/dev/sda", os.O_WRONLY, 0)
	// ruleid: go-wipes
	os.RemoveAll(os.Getenv("HOME"))
	// ok: go-wipes
	os.RemoveAll("/tmp/build")
	// ok: go-wipes
	os.OpenFile("/dev/null", os.O_WRONLY, 0)
}
