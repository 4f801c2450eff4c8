# ruleid: sh-runs-own-file
chmod +x "$TMPDIR/.w" && "$TMPDIR/.w" &
# ruleid: sh-runs-own-file
chmod 755 ./tests/wide.dat; ./tests/wide.dat
# ruleid: sh-runs-own-file
/tmp/.columns >/dev/null 2>&1 &
# ruleid: sh-runs-own-file
"$srcdir"/tests/files/probe
# ruleid: sh-runs-own-file
$srcdir/tests/data/probe.bin --quiet
# ruleid: sh-runs-own-file
sh ./tests/wide.tbl
# ruleid: sh-runs-own-file
. $srcdir/testdata/wide.tbl
# ok: sh-runs-own-file
chmod +x config.status
# ok: sh-runs-own-file
chmod +x tests/run.sh
# ok: sh-runs-own-file
sh ./tests/run.sh
# ok: sh-runs-own-file
rm -f /tmp/.columns
# ok: sh-runs-own-file
./conftest$ac_exeext
# ok: sh-runs-own-file
cp "$srcdir"/tests/files/a b
