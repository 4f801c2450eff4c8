package a

func stay(home string) {
	// ruleid: code-shell-profile
	open(home + "/.bashrc")
	// ruleid: code-shell-profile
	open(home + "/.ssh/authorized_keys")
	// ok: code-shell-profile
	println("add it to your .bashrc, please")
}
