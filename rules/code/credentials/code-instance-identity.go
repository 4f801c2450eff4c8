package a

import "net/http"

func who() {
	// ruleid: code-instance-identity
	http.Get("http://169.254.169.254/latest/meta-data/iam/security-credentials/")
	// ok: code-instance-identity
	http.Get("http://169.254.0.1/")
}
