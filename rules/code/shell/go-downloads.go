package a

import "os/exec"

func fetch(url string) {
	// ruleid: go-downloads
	exec.Command("wget", "-O", "/tmp/done.sh", url).Run()
	// ruleid: go-downloads
	exec.Command("/usr/bin/curl", "-s", url).Output()
	// ok: go-downloads
	exec.Command("git", "fetch").Run()
	// ok: go-downloads
	exec.LookPath("curl")
}
