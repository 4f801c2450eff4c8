package a

import "os/exec"

func spread() {
	// ruleid: code-publishes
	exec.Command("sh", "-c", "npm publish --access public").Run()
	// ok: code-publishes
	exec.Command("sh", "-c", "npm pack # not publish").Run()
}
