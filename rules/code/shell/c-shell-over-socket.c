// ruleid: c-shell-over-socket
int s = socket(AF_INET, SOCK_STREAM, 0);
connect(s, (struct sockaddr *)&a, sizeof a);
dup2(s, 0); dup2(s, 1);
execl("/bin/sh", "sh", (char *)0);
// ok: c-shell-over-socket
pipe(fd);
dup2(fd[1], 1);
execvp(argv[0], argv);
// ok: c-shell-over-socket
int t = socket(AF_INET, SOCK_STREAM, 0);
bind(t, a, n);
