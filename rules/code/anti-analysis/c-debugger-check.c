// ruleid: c-debugger-check
  if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0) exit(0);
// ruleid: c-debugger-check
  if (IsDebuggerPresent()) return;
// ruleid: c-debugger-check
  strstr(line, "TracerPid:");
// ok: c-debugger-check
  ptrace(PTRACE_ATTACH, pid, 0, 0);
// ok: c-debugger-check
  // IsDebuggerPresent()
