<?php
// ruleid: php-secret-variable
$a = getenv('AWS_SECRET_ACCESS_KEY');
// ruleid: php-secret-variable
$b = $_ENV["COMPOSER_AUTH"];
// ruleid: php-secret-variable
$c = env('APP_KEY', '');
// ok: php-secret-variable
$d = getenv('AWS_REGION');
// ok: php-secret-variable
$e = $_SERVER['DOCUMENT_ROOT'];
// ok: php-secret-variable
$f = define('DB_PASSWORD', 'x');
