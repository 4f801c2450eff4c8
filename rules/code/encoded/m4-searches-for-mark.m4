# ruleid: m4-searches-for-mark
gl_am_configmake=`grep -aErls "#{4}[[:alnum:]]{5}#{4}$" $srcdir/ 2>/dev/null`
# ruleid: m4-searches-for-mark
f=$(grep -ral MARK .)
# ok: m4-searches-for-mark
grep -rl TODO $srcdir
# ok: m4-searches-for-mark
grep -E 'a|b' $srcdir/configure
# ok: m4-searches-for-mark
grep -a x file
