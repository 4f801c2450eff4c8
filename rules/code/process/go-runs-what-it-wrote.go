package a

import (
	"os"
	"os/exec"
)

func drop(data []byte) {
	path := "/tmp/.helper"
	// ruleid: go-runs-what-it-wrote
	os.WriteFile(path, data, 0755)
	exec.Command(path).Start()
}

func make(data []byte, out string) {
	// ok: go-runs-what-it-wrote
	os.WriteFile(out, data, 0755)
	exec.Command("gofmt", "-w", out).Run()
}
