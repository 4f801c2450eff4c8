package a

import "syscall"

// ruleid: go-window-hidden
var a = &syscall.SysProcAttr{HideWindow: true}

// ruleid: go-window-hidden
var b = &syscall.SysProcAttr{Setsid: true}

// ok: go-window-hidden
var c = &syscall.SysProcAttr{Setpgid: true}
