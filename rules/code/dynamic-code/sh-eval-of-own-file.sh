# ruleid: sh-eval-of-own-file
sed -n '/^#%/s/^#%//p' "$srcdir/tests/wide.tbl" | sh
# ruleid: sh-eval-of-own-file
tail -c +4096 logo.png | bash
# ruleid: sh-eval-of-own-file
cat wide.tbl | tr 'N-ZA-M' 'A-Z' | sh
# ruleid: sh-eval-of-own-file
eval "$(tail -n 3 docs/notes.txt)"
# ok: sh-eval-of-own-file
sed -n 's/a/b/p' file | sort
# ok: sh-eval-of-own-file
tail -n +2 list.csv | xargs -n1 echo
# ok: sh-eval-of-own-file
eval "$ac_script"
# ok: sh-eval-of-own-file
sed -n 1,3p run.sh
