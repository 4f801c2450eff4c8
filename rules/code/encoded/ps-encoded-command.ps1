# ruleid: ps-encoded-command
powershell -nop -w hidden -enc $payload
# ruleid: ps-encoded-command
powershell.exe -EncodedCommand %P%
# ruleid: ps-encoded-command
pwsh -e QQBBAEEAQQBBAEEAQQBBAEEAQQBBAEEAQQBBAEEAQQBBAEEAQQBBAEEAQQBBAEEAQQA=
# ok: ps-encoded-command
powershell -ExecutionPolicy Bypass -File $script
# ok: ps-encoded-command
powershell -Command $x
