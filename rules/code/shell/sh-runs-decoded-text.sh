# ruleid: sh-runs-decoded-text
echo aW5lcnQ= | base64 -d | sh
# ruleid: sh-runs-decoded-text
printf %s "$x" | base64 --decode | gzip -d | sudo bash
# ruleid: sh-runs-decoded-text
xxd -r -p inert.txt | /bin/sh
# ok: sh-runs-decoded-text
base64 -d inert.txt > picture.png
# ok: sh-runs-decoded-text
echo "$KEY" | base64 --decode | gpg --import
