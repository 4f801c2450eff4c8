package a

import "syscall"

func run(code []byte) {
	// ruleid: go-executable-memory
	m, _ := syscall.Mmap(-1, 0, len(code), syscall.PROT_READ|syscall.PROT_WRITE|syscall.PROT_EXEC, syscall.MAP_ANON)
	// ruleid: go-executable-memory
	va := kernel32.NewProc("VirtualAlloc")
	// ok: go-executable-memory
	n, _ := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	// ok: go-executable-memory
	gt := kernel32.NewProc("GetTickCount")
	use(m, va, n, gt)
}
