# ruleid: ps-decodes-and-runs
iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($p)))
# ruleid: ps-decodes-and-runs
[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('QQA=')) | iex
# ruleid: ps-decodes-and-runs
$b = [Convert]::FromBase64String($t)
[Reflection.Assembly]::Load($b)
# ok: ps-decodes-and-runs
$bytes = [Convert]::FromBase64String($cert)
Set-Content a.pfx $bytes
# ok: ps-decodes-and-runs
[Convert]::ToBase64String($b)
