<?php
// ruleid: php-preg-e
preg_replace('/.*/e', $code, '');
// ruleid: php-preg-e
preg_replace('#(.+)#ie', $code, $text);
// ok: php-preg-e
preg_replace('/the/', 'a', $text);
// ok: php-preg-e
preg_replace('/e/i', 'a', $text);
