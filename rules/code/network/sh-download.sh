# ruleid: sh-download
curl -fsSLO https://get.invalid/a.tgz
# ruleid: sh-download
if wget -q $URL; then
# ok: sh-download
# curl https://get.invalid/a.tgz
# ok: sh-download
echo curl
# ok: sh-download
command -v curl
