# ruleid: sh-deletes-itself
rm -f "$0"
# ruleid: sh-deletes-itself
rm -- "${BASH_SOURCE[0]}"
# ruleid: sh-deletes-itself
shred -u $0
# ok: sh-deletes-itself
cd "$(dirname "$0")"
# ok: sh-deletes-itself
rm -rf "$(dirname "$0")/build"
# ok: sh-deletes-itself
rm -f "$0.tmp"
