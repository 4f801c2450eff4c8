package a

import "os"

func token() {
	// ruleid: code-build-token
	os.Getenv("GITHUB_TOKEN")
	// ruleid: code-build-token
	os.LookupEnv("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	// ok: code-build-token
	os.Getenv("GITHUB_ACTIONS")
	// ok: code-build-token
	println("set GITHUB_TOKEN to go on")
}
