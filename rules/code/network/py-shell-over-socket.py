def one():
    s.connect((host, port))
    # ruleid: py-shell-over-socket
    os.dup2(s.fileno(), 0)
    # ruleid: py-shell-over-socket
    os.dup2(s.fileno(), 2)

def two():
    import os
    # ruleid: py-shell-over-socket
    [os.dup2(s.fileno(), fd) for fd in (0, 1, 2)]

def three():
    # ok: py-shell-over-socket
    os.dup2(log.fileno(), 2)
    # ok: py-shell-over-socket
    pty.spawn(["bash"])
