// ruleid: c-shell
  system("uname -a");
// ruleid: c-shell
  FILE *p = popen(cmd, "r");
// ok: c-shell
  // system("x")
// ok: c-shell
  int filesystem(const char *p);
// ok: c-shell
  if the value is too large for the system (in 32-bits mode).
// ok: c-shell
  solver.system(x);
// ok: c-shell
int system(const char *);
