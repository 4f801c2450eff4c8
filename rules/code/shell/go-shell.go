package a

import "os/exec"

func run(sh, line string) {
	// ruleid: go-shell
	exec.Command("/bin/sh", "-c", line).Run()
	// ruleid: go-shell
	exec.Command("cmd.exe", "/C", line).Run()
	// ruleid: go-shell
	exec.Command(sh, "-c", line).Run()
	// ok: go-shell
	exec.Command("git", "status").Run()
	// ok: go-shell
	exec.Command("/usr/libexec/PlistBuddy", "-c", line).Run()
}
