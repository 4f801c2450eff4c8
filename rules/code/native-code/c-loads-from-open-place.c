// ruleid: c-loads-from-open-place
  h = dlopen("/tmp/.x.so", RTLD_NOW);
// ruleid: c-loads-from-open-place
  dlopen(getenv("X"), 1);
// ok: c-loads-from-open-place
  h = dlopen("libm.so.6", RTLD_NOW);
// ok: c-loads-from-open-place
  dlopen(path, RTLD_LAZY);
