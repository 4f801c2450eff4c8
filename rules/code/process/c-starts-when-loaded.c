// ruleid: c-starts-when-loaded
static void __attribute__((constructor)) start(void) {
  system("id");
}
// ruleid: c-starts-when-loaded
__attribute__((constructor)) void go(void) { if (!fork()) x(); }
// ok: c-starts-when-loaded
__attribute__((constructor)) static void init(void) {
  table_init();
}
void other(void) { x(); }
