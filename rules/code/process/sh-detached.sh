# ruleid: sh-detached
nohup /tmp/.x > /dev/null 2>&1 &
# ruleid: sh-detached
(sh /tmp/x) >/dev/null 2>&1 &
# ruleid: sh-detached
setsid python3 /tmp/a.py >/dev/null 2>&1 & disown
# ruleid: sh-detached
x & disown
# ok: sh-detached
make check > /dev/null 2>&1
# ok: sh-detached
command -v x >/dev/null 2>&1 && echo yes
# ok: sh-detached
kill $pid 2>/dev/null || true
# ok: sh-detached
wait
# ok: sh-detached
python3 -m http.server 2> /dev/null&
