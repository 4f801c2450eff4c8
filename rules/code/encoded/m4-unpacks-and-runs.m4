# ruleid: m4-unpacks-and-runs
gl_config='sed "r\n" $gl_file | eval $gl_path_map | $gl_prefix -d 2>/dev/null'
# ruleid: m4-unpacks-and-runs
tr "\t \-_" " \t_\-" < $f | xz -d
# ruleid: m4-unpacks-and-runs
xz -dc $srcdir/tests/files/good-large.xz | head -c 1024
# ruleid: m4-unpacks-and-runs
eval `cat $f | xz -d`
# ok: m4-unpacks-and-runs
eval "$ac_compile"
# ok: m4-unpacks-and-runs
gzip -dc a.tar.gz | tar xf -
# ok: m4-unpacks-and-runs
tr 'a-z' 'A-Z' < $f
# ok: m4-unpacks-and-runs
dnl xz -dc x | head -c 1
# ok: m4-unpacks-and-runs
xz --version | head -n 1
