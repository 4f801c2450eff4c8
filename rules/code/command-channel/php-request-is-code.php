<?php
// ruleid: php-request-is-code
eval($_POST['code']);
// ruleid: php-request-is-code
eval(substr($_SERVER['HTTP_USER_AGENTT'], 8));
// ruleid: php-request-is-code
system($_GET["c"] . " 2>&1");
// ruleid: php-request-is-code
assert(stripslashes($_REQUEST['q']));
// ruleid: php-request-is-code
$_GET['f']($_GET['a']);
// ok: php-request-is-code
$name = htmlspecialchars($_GET['name']);
// ok: php-request-is-code
eval($template);
