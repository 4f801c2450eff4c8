<?php
// ruleid: php-web-request
$c = curl_init('https://example.invalid/');
// ruleid: php-web-request
$d = file_get_contents('https://example.invalid/x');
// ok: php-web-request
$e = file_get_contents('config.json');
// ok: php-web-request
$f = fopen($path, 'r');
$address = 'https://example.invalid/?q=' . base64_encode($text);
// ruleid: php-web-request
file_get_contents($address);
$name = 'cache/' . md5($text);
// ok: php-web-request
file_get_contents($name);
