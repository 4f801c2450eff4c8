<?php
// ruleid: php-process
system('ls');
// ruleid: php-process
$a = shell_exec("uname -a");
// ruleid: php-process
$b = `id`;
// ok: php-process
$db->exec('select 1');
// ok: php-process
curl_exec($handle);
