# ruleid: sh-unpacks-and-runs
openssl enc -d -aes-256-cbc -k k -in a.dat | sh
# ruleid: sh-unpacks-and-runs
printf %s $P | base64 -d | gunzip | bash
# ruleid: sh-unpacks-and-runs
echo 6c73 | xxd -r -p | sh
# ruleid: sh-unpacks-and-runs
eval "$(echo "$P" | rev)"
# ruleid: sh-unpacks-and-runs
base64 -d < a.txt > /tmp/a.sh; bash /tmp/a.sh
# ruleid: sh-unpacks-and-runs
xz -dc t.xz | head -c 100 | ${SHELL}
# ruleid: sh-unpacks-and-runs
base64 -d p | python3
# ok: sh-unpacks-and-runs
gunzip -c a.gz | tar xf -
# ok: sh-unpacks-and-runs
base64 -d cert.b64 > cert.pem
# ok: sh-unpacks-and-runs
openssl enc -d -aes-256-cbc -in secrets.enc -out secrets.env
# ok: sh-unpacks-and-runs
xz -dc a.xz | sha256sum
# ok: sh-unpacks-and-runs
zcat log.gz | grep sh
