package a

import "os/exec"

func init() {
	parts := []string{"h", "/", "b", "i", "n", "s", "-", "c"}
	// ruleid: go-spelled-text
	sh := parts[1] + parts[2] + parts[3] + parts[4] + parts[1] + parts[5] + parts[0]
	// ruleid: go-spelled-text
	exec.Command(sh, "-c", string([]byte{105, 100})).Start()
	// ruleid: go-spelled-text
	url := string([]byte{104, 116, 116, 112, 58, 47, 47, 101, 46})
	use(url)
}

func honest(v []float64, word []byte) string {
	// ok: go-spelled-text
	sum := v[0] + v[1] + v[2] + v[3] + v[4]
	use(sum)
	// ok: go-spelled-text
	return string([]byte{word[0], '-'})
}
