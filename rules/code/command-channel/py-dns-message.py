import socket

import dns.resolver

def one(data, domain):
    # ruleid: py-dns-message
    socket.gethostbyname(f"{data}.h4ck.invalid")
    # ruleid: py-dns-message
    socket.gethostbyname(data + ".host.invalid")
    # ruleid: py-dns-message
    dns.resolver.resolve("host.invalid", "TXT")
    # ok: py-dns-message
    socket.gethostbyname(socket.gethostname())
    # ok: py-dns-message
    dns.resolver.resolve("host.invalid", "A")
