// ruleid: c-data-is-code
  ((void (*)())buf)();
// ruleid: c-data-is-code
  ((int (*)(void))code)();
// ok: c-data-is-code
  void (*f)(void) = lookup(n);
// ok: c-data-is-code
  f();
