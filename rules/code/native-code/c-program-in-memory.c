// ruleid: c-program-in-memory
int fd = memfd_create("", 1);
write(fd, b, n);
fexecve(fd, argv, environ);
// ok: c-program-in-memory
int gd = memfd_create("shm", MFD_CLOEXEC);
ftruncate(gd, n);
