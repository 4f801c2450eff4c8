# ruleid: sh-browser-profile
cp "$HOME/Library/Application Support/Google/Chrome/Default/Login Data" /tmp/l
# ruleid: sh-browser-profile
tar cf /tmp/f ~/.mozilla/firefox/x/logins.json
# ruleid: sh-browser-profile
sqlite3 cookies.sqlite .dump
# ok: sh-browser-profile
google-chrome --headless --user-data-dir=/tmp/p
# ok: sh-browser-profile
which google-chrome
# ok: sh-browser-profile
rm -rf ~/.cache/mozilla
