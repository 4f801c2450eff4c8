<?php
// ruleid: php-decodes-and-runs
eval(base64_decode('cHJpbnQgMTs='));
// ruleid: php-decodes-and-runs
eval(gzinflate(base64_decode($blob)));
// ruleid: php-decodes-and-runs
assert(str_rot13('cevag'));
$code = gzuncompress(base64_decode($blob));
// ruleid: php-decodes-and-runs
eval($code);
// ruleid: php-decodes-and-runs
system(hex2bin('6964'));
// ok: php-decodes-and-runs
$image = base64_decode($text);
// ok: php-decodes-and-runs
$f = fopen(hex2bin($name), 'r');
