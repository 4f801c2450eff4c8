// ruleid: c-writes-into-process
  WriteProcessMemory(h, p, b, n, 0);
// ruleid: c-writes-into-process
  ptrace(PTRACE_POKETEXT, pid, a, w);
// ok: c-writes-into-process
  ReadProcessMemory(h, p, b, n, 0);
// ok: c-writes-into-process
  // CreateRemoteThread(x)
// ok: c-writes-into-process
  ptrace(PTRACE_PEEKTEXT, pid, a, 0);
