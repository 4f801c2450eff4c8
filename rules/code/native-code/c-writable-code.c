// ruleid: c-writable-code
  p = mmap(0, n, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, -1, 0);
// ruleid: c-writable-code
  VirtualAlloc(0, n, MEM_COMMIT, PAGE_EXECUTE_READWRITE);
// ok: c-writable-code
  p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE, -1, 0);
// ok: c-writable-code
  mprotect(p, n, PROT_READ | PROT_EXEC);
