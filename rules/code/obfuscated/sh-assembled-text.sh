# ruleid: sh-assembled-text
${a:3:1}${a:7:1}${a:0:1}${a:9:1} x
# ruleid: sh-assembled-text
$'\x63\x75\x72\x6c' https://c2.invalid
# ruleid: sh-assembled-text
c""u""rl https://c2.invalid
# ruleid: sh-assembled-text
cat${IFS}/etc/passwd${IFS}-n
# ruleid: sh-assembled-text
printf '\x63\x75\x72\x6c\x20\x68' | sh
# ok: sh-assembled-text
v=${version:0:1}.${version:2:1}
# ok: sh-assembled-text
echo ""
# ok: sh-assembled-text
IFS=$'\n\t'
# ok: sh-assembled-text
case $IFS in
# ok: sh-assembled-text
printf '\033[31m%s'
