<?php
// ruleid: code-instance-identity
$a = file_get_contents('http://metadata.google.internal/computeMetadata/v1/');
// ok: code-instance-identity
$b = file_get_contents('latest/data');
