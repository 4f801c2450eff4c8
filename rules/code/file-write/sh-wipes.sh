# ruleid: sh-wipes
rm -rf ~/
# ruleid: sh-wipes
rm -rf "$HOME"
# ruleid: sh-wipes
rm -rf --no-preserve-root /
# ruleid: sh-wipes
dd if=/dev/zero of=/dev/sda
# ruleid: sh-wipes
find $HOME -type f -exec shred -u {} +
# ruleid: sh-wipes
rm -rf $HOME/*
# ok: sh-wipes
rm -rf ~/.cache/x
# ok: sh-wipes
rm -rf "$HOME/build"
# ok: sh-wipes
rm -rf /usr/local/lib/x
# ok: sh-wipes
find . -name '*.o' -delete
# ok: sh-wipes
rm -rf /tmp/x
