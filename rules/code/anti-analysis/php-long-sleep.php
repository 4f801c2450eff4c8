<?php
// ruleid: php-long-sleep
sleep(3600);
// ok: php-long-sleep
sleep(5);
