// ruleid: c-preload
  setenv("LD_PRELOAD", "/tmp/x.so", 1);
// ruleid: c-preload
  FILE *f = fopen("/etc/ld.so.preload", "a");
// ok: c-preload
  unsetenv("LD_PRELOAD");
// ok: c-preload
  getenv("LD_PRELOAD");
