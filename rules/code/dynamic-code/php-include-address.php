<?php
// ruleid: php-include-address
include 'https://example.invalid/x.txt';
// ruleid: php-include-address
require_once 'data:text/plain;base64,' . $blob;
// ruleid: php-include-address
include $_GET['page'];
// ruleid: php-include-address
include 'images/favicon_1.ico';
// ok: php-include-address
require_once __DIR__ . '/vendor/autoload.php';
// ok: php-include-address
include $template;
