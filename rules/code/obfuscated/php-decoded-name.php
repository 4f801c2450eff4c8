<?php
$f = base64_decode('c3lzdGVt');
// ruleid: php-decoded-name
$f('id');
$g = strrev('tressa');
// ruleid: php-decoded-name
$g($code);
// ruleid: php-decoded-name
$h = 'ass' . 'ert';
// ruleid: php-decoded-name
$i = "sys"."tem";
// ruleid: php-decoded-name
("\x73\x79\x73\x74\x65\x6d")('id');
$k = base64_decode('aGVsbG8=');
// ok: php-decoded-name
print($k);
// ok: php-decoded-name
$callback($value);
// ok: php-decoded-name
$l = 'base' . 'path';
