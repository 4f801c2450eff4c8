<?php
// ruleid: php-environment-dump
$a = json_encode($_ENV);
// ruleid: php-environment-dump
$b = http_build_query(getenv());
// ok: php-environment-dump
$c = json_encode($_SERVER['argv']);
// ok: php-environment-dump
$d = getenv('HOME');
