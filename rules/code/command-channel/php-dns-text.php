<?php
// ruleid: php-dns-text
$a = dns_get_record('t.example.invalid', DNS_TXT);
// ok: php-dns-text
$b = dns_get_record('example.invalid', DNS_MX);
