import socket
import socket as s
from smtplib import SMTP_SSL

# ruleid: py-socket
one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# ruleid: py-socket
two = s.create_connection(("host.invalid", 443))
# ruleid: py-socket
three = SMTP_SSL("mail.invalid")
# ok: py-socket
four = socket.gethostname()
# ok: py-socket
self.socket(address)
