# ruleid: ps-invoke-expression
Invoke-Expression $cmd
# ruleid: ps-invoke-expression
$x | iex
# ruleid: ps-invoke-expression
[ScriptBlock]::Create($t)
# ok: ps-invoke-expression
Invoke-Command -ScriptBlock { x }
# ok: ps-invoke-expression
# Invoke-Expression $x
# ok: ps-invoke-expression
iexplore
