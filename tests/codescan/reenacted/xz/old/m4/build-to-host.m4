# build-to-host.m4 serial 3
AC_DEFUN([gl_BUILD_TO_HOST],
[
  AC_REQUIRE([AC_CANONICAL_HOST])
  gl_final_[$1]="$[$1]"
  [$1]_c=`printf '%s\n' "$gl_final_[$1]" | sed -e 's/\\/\\\\/g'`
  AC_SUBST([$1_c])
])
