// ruleid: js-shell-over-socket
client.pipe(shell.stdin);
function run() {
  // ruleid: js-shell-over-socket
  shell.stdout.pipe(client);
  shell.stderr.pipe(client);
}
// ok: js-shell-over-socket
file.pipe(gzip);
// ok: js-shell-over-socket
child.stdout.pipe(process.stdout);
