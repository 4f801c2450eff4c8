// ruleid: c-shell
  system("uname -a");
// ruleid: c-shell
  FILE *p = popen(cmd, "r");
// ok: c-shell
  // system("x")
// ok: c-shell
  int filesystem(const char *p);
// ok: c-shell
  solver.system(x);
// ok: c-shell
int system(const char *);
