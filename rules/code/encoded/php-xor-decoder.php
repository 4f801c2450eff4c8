<?php
for ($i = 0; $i < strlen($in); $i++) {
    // ruleid: php-xor-decoder
    $out .= $in[$i] ^ $key[$i % strlen($key)];
    // ruleid: php-xor-decoder
    $out .= chr(ord($in[$i]) ^ 0x21);
    // ok: php-xor-decoder
    $bits = $a ^ $b;
}
