<?php
// ruleid: php-character-chain
$f = chr(115) . chr(121) . chr(115) . chr(116) . chr(101) . chr(109);
// ruleid: php-character-chain
$g = $k[12] . $k[3] . $k[12] . $k[9] . $k[4];
// ok: php-character-chain
$h = chr(13) . chr(10);
// ok: php-character-chain
$d = $date[6] . $date[7] . $date[8] . $date[9] . $date[10];
// ok: php-character-chain
$i = $row[0] . ', ' . $row[1];
