# ruleid: sh-secret-search
find / -name id_rsa -o -name '*.env' 2>/dev/null
# ruleid: sh-secret-search
grep -rE 'AKIA[0-9A-Z]{16}' $HOME
# ruleid: sh-secret-search
trufflehog filesystem $HOME --json
# ruleid: sh-secret-search
find ~ -type f -iname '*wallet*'
# ok: sh-secret-search
find . -name '*.pem' -delete
# ok: sh-secret-search
grep -r TODO src
# ok: sh-secret-search
find /usr -name '*.so'
# ok: sh-secret-search
trufflehog filesystem .
