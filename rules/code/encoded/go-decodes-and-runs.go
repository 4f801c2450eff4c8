package a

import (
	"encoding/base64"
	"encoding/hex"
	"os/exec"
)

func run() {
	line, _ := base64.StdEncoding.DecodeString("aWQ=")
	// ruleid: go-decodes-and-runs
	exec.Command("sh", "-c", string(line)).Run()
	name, err := hex.DecodeString("6964")
	// ruleid: go-decodes-and-runs
	exec.Command(string(name)).Run()
	use(err)
}

func honest(text string) {
	data, _ := base64.StdEncoding.DecodeString(text)
	// ok: go-decodes-and-runs
	exec.Command("openssl", "version").Run()
	use(data)
}
