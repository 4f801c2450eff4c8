<?php
// ruleid: code-public-address
$a = file_get_contents("http://ip-api.com/json");
// ok: code-public-address
$b = "my ip-api";
