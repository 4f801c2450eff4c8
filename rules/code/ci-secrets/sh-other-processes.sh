# ruleid: sh-other-processes
cat /proc/*/environ | tr '\0' '\n'
# ruleid: sh-other-processes
tr "\0" "\n" < "/proc/${pid}/environ"
# ruleid: sh-other-processes
dd if=/proc/$pid/mem of=/tmp/m
# ruleid: sh-other-processes
gcore $pid
# ok: sh-other-processes
grep -q container=lxc /proc/1/environ
# ok: sh-other-processes
cat /proc/self/status
# ok: sh-other-processes
cat /proc/cpuinfo
# ok: sh-other-processes
ls /proc/$pid/fd
