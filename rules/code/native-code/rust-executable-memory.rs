unsafe fn run(code: &[u8]) {
    // ruleid: rust-executable-memory
    let p = libc::mmap(null_mut(), code.len(), libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC, flags, -1, 0);
    // ruleid: rust-executable-memory
    let q = VirtualAlloc(null(), size, MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    // ok: rust-executable-memory
    let r = libc::mmap(null_mut(), size, libc::PROT_READ, libc::MAP_SHARED, fd, 0);
}
