package a

import "os/exec"

func end() {
	// ruleid: code-wipes-disk
	exec.Command("sh", "-c", "dd if=/dev/zero of=/dev/sda bs=1M conv=fsync").Run()
	// ruleid: code-wipes-disk
	exec.Command("sh", "-c", "rm -rf --no-preserve-root /").Run()
	// ok: code-wipes-disk
	exec.Command("sh", "-c", "dd if=/dev/zero of=disk.img bs=1M count=8").Run()
	// ok: code-wipes-disk
	exec.Command("sh", "-c", "rm -rf /tmp/build").Run()
}
