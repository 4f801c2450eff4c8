<?php
// ruleid: php-hides-errors
ignore_user_abort(true);
set_time_limit(0);
// ok: php-hides-errors
ignore_user_abort(false);
