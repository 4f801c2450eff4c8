<?php
// ruleid: php-globals-table
$a = $GLOBALS['k3f'][12] . $GLOBALS['k3f'][4] . $GLOBALS['k3f'][8];
// ruleid: php-globals-table
${"\x47\x4c\x4f\x42\x41\x4c\x53"}["x"] = 1;
// ok: php-globals-table
$b = $GLOBALS['wp_filter'];
// ok: php-globals-table
$c = $GLOBALS['menu'][2][0];
