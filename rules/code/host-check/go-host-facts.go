package a

func who() {
	// ruleid: go-host-facts
	name, _ := os.Hostname()
	// ruleid: go-host-facts
	me, _ := user.Current()
	// ok: go-host-facts
	home, _ := os.UserHomeDir()
	use(name, me, home)
}
