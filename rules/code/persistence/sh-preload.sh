# ruleid: sh-preload
echo /lib/x.so > /etc/ld.so.preload
# ruleid: sh-preload
export LD_PRELOAD=/dev/shm/x.so
# ok: sh-preload
LD_PRELOAD=$(gcc -print-file-name=libasan.so) ./test
# ok: sh-preload
unset LD_PRELOAD
# ok: sh-preload
cat /etc/ld.so.preload
