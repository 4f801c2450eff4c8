package a

import (
	quiet "os/exec"
	"os/exec"
	"syscall"
)

func run(db *sql.DB) {
	// ruleid: go-process
	exec.Command("ls", "-l").Run()
	// ruleid: go-process
	syscall.Exec("/bin/ls", nil, nil)
	// ruleid: go-process
	quiet.Command("ls")
	// ok: go-process
	db.Exec("select 1")
	// ok: go-process
	exec.LookPath("ls")
}
