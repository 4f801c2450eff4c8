# ruleid: sh-clipboard
x=$(pbpaste)
# ruleid: sh-clipboard
xclip -selection clipboard -o
# ruleid: sh-clipboard
$c = Get-Clipboard
# ok: sh-clipboard
echo x | pbcopy
# ok: sh-clipboard
xclip -selection clipboard < f
# ok: sh-clipboard
# pbpaste
