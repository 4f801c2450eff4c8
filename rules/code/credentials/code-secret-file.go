package a

func gather(home string) {
	// ruleid: code-secret-file
	read(home + "/.ssh/id_rsa")
	// ruleid: code-secret-file
	read(home + "/.aws/credentials")
	// ok: code-secret-file
	read(home + "/.ssh-agent.sock")
	// ok: code-secret-file
	println("see the .netrc of curl")
}
