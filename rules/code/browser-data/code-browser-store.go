package a

func profiles(base string) {
	// ruleid: code-browser-store
	copyFile(base+"/Default/Login Data", "/tmp/l")
	// ruleid: code-browser-store
	copyFile(base+"/Default/Network/Cookies", "/tmp/c")
	// ok: code-browser-store
	println("Login Data is wrong")
	// ok: code-browser-store
	copyFile(base+"/Cookies.md", "/tmp/c")
}
