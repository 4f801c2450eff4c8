// ruleid: c-runs-when-loaded
static void __attribute__((constructor)) start(void) {
// ruleid: c-runs-when-loaded
__attribute__((__constructor__(101))) void f(void);
// ruleid: c-runs-when-loaded
int f(void) __attribute__((ifunc("pick")));
// ok: c-runs-when-loaded
// __attribute__((constructor))
// ok: c-runs-when-loaded
__attribute__((noinline)) void f(void);
// ok: c-runs-when-loaded
Foo::Foo() { /* constructor */ }
