# ruleid: ps-broken-words
i`n`v`oke x
# ruleid: ps-broken-words
& ('i'+'ex') $x
# ruleid: ps-broken-words
([char]105+[char]101+[char]120+[char]32)
# ruleid: ps-broken-words
("{2}{0}{1}" -f 'oke','x','inv')
# ruleid: ps-broken-words
&($env:ComSpec[4,24,25]-join'')
# ok: ps-broken-words
Write-Host `
# ok: ps-broken-words
'{0} of {1}' -f $a, $b
# ok: ps-broken-words
$a + 'b'
# ok: ps-broken-words
[char]65
# ok: ps-broken-words
$x -join ','
