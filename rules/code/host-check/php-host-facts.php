<?php
// ruleid: php-host-facts
$a = php_uname();
// ruleid: php-host-facts
$b = gethostname();
// ok: php-host-facts
$c = parse_url($url, PHP_URL_HOST);
