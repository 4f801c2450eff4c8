<?php
// ruleid: php-native-call
$c = \FFI::cdef('int system(const char *command);', 'libc.so.6');
// ruleid: php-native-call
dl('x.so');
// ok: php-native-call
$d = html('x');
// names FFI only
