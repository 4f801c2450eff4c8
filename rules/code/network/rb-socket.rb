# ruleid: rb-socket
s = TCPSocket.new("example.invalid", 4444)
# ok: rb-socket
s = TCPServer.new("127.0.0.1", 0)
# names TCPSocket only
