<?php
// ruleid: php-eval
eval($code);
// ruleid: php-eval
eval('?>' . $template);
// ruleid: php-eval
$f = create_function('$a', $body);
$x = str_rot13($text);
// ruleid: php-eval
assert($x);
// ok: php-eval
assert($a instanceof Node);
// ok: php-eval
evaluate($code);
