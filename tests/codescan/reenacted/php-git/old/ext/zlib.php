<?php
// The shape of what was written in C: a header of the request is looked at when output is compressed.
function start_compression(): bool
{
    $encoding = $_SERVER['HTTP_ACCEPT_ENCODING'] ?? '';
    return str_contains($encoding, 'gzip') && ob_start('ob_gzhandler');
}
