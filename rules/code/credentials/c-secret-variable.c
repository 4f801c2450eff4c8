// ruleid: c-secret-variable
  char *t = getenv("GITHUB_TOKEN");
// ruleid: c-secret-variable
  getenv("AWS_SECRET_ACCESS_KEY");
// ok: c-secret-variable
  getenv("HOME");
// ok: c-secret-variable
  getenv("LC_ALL" + 0);
