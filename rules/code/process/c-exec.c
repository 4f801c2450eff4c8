// ruleid: c-exec
  execve(path, argv, environ);
// ruleid: c-exec
  posix_spawn(&pid, p, 0, 0, argv, envp);
// ok: c-exec
  sqlite3_exec(db, sql);
// ok: c-exec
  // execve(path)
// ok: c-exec
  regexec(&r, s);
