# ruleid: ps-keys-and-screen
$k = $api::GetAsyncKeyState($i)
# ruleid: ps-keys-and-screen
$g.CopyFromScreen(0, 0, 0, 0, $size)
# ok: ps-keys-and-screen
[Console]::ReadKey()
# ok: ps-keys-and-screen
# CopyFromScreen
