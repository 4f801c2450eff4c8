<?php
// ruleid: php-goto-maze
goto Tq3xZ; bW0aK: echo $x; goto uT7pL; Tq3xZ: $x = 1; goto bW0aK; uT7pL: exit; goto aQ1wE; aQ1wE: $z = 2;
// ok: php-goto-maze
if ($failed) { goto end; }
end:
echo 'done';
