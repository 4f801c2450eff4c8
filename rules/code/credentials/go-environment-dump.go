package a

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
)

func take() {
	// ruleid: go-environment-dump
	all := strings.Join(os.Environ(), "\n")
	// ruleid: go-environment-dump
	data, _ := json.Marshal(os.Environ())
	cmd := exec.Command("ls")
	// ok: go-environment-dump
	cmd.Env = append(os.Environ(), "LANG=C")
	// ok: go-environment-dump
	home := os.Getenv("HOME")
	use(all, data, home)
}
