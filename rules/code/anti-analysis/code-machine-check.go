package a

func watched(name string) bool {
	// ruleid: code-machine-check
	if name == "vmtoolsd.exe" {
		return true
	}
	// ruleid: code-machine-check
	dmi("/sys/class/dmi/id/product_name")
	// ok: code-machine-check
	return name == "explorer.exe"
}
