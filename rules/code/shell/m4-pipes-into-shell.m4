# ruleid: m4-pipes-into-shell
AC_CONFIG_COMMANDS([x], [eval $gl_config | $SHELL 2>/dev/null])
# ruleid: m4-pipes-into-shell
sed -n p $f | ${SHELL}
# ruleid: m4-pipes-into-shell
	tr a b < x | sh
# ok: m4-pipes-into-shell
$SHELL ./config.status
# ok: m4-pipes-into-shell
dnl pipe it | $SHELL
# ok: m4-pipes-into-shell
echo x | $SED -e s/a/b/
# ok: m4-pipes-into-shell
case $x in sh|bash) y ;; esac
# ok: m4-pipes-into-shell
# a | sh
