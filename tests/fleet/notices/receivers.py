"""Those who are told: HTTP servers that record, GitHub's issues, a mail server with TLS. All real, on this machine."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests import servers
from tests.factories import NOW


@dataclass
class Recorder:
    """Takes everything, and says what it is told to say."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"ok"
    first: list[int] = field(default_factory=list)
    """Statuses of the next answers."""
    asked: list[servers.Question] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    """Runs before it answers."""

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(one.body) for one in self.asked]


@contextmanager
def recording() -> Iterator[Recorder]:
    recorder = Recorder()

    def answer(asked: servers.Question) -> servers.Answer:
        recorder.asked.append(asked)
        recorder.before()
        return recorder.first.pop(0) if recorder.first else recorder.status, recorder.headers, recorder.answer

    with servers.answering(answer) as url:
        recorder.url = url
        yield recorder


@dataclass
class Issues:
    """The issues of `corp/security`, as GitHub's API gives them."""

    url: str = ""
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[servers.Question] = field(default_factory=list)
    before: Callable[[servers.Question], None] = lambda _: None
    """Runs after it has done what was asked, before it answers."""

    def answer(self, asked: servers.Question) -> servers.Answer:
        self.asked.append(asked)
        status, body = self._done(asked)
        self.before(asked)
        return status, {"Content-Type": "application/json"}, json.dumps(body).encode()

    def _done(self, asked: servers.Question) -> tuple[int, Any]:
        if asked.headers.get("authorization") != "Bearer token-of-a-test":
            return 401, {"message": "Bad credentials"}
        path = re.fullmatch(r"/repos/corp/security/issues(?:/(\d+))?(/comments)?", asked.path)
        if path is None:
            return 404, {"message": "Not Found"}
        number = int(path[1] or 0)
        if number and number not in self.issues:
            return 410, {"message": "This issue was deleted"}
        told: list[dict[str, Any]] = self.comments[number] if path[2] else [*reversed(self.issues.values())]
        if asked.method == "GET":
            page = int(asked.query.get("page", "1"))
            return 200, self.issues[number] if number and not path[2] else told[page * 100 - 100 : page * 100]
        said = json.loads(asked.body)
        if path[2]:
            told.append(said)
            return 201, {"id": len(told)}
        number = len(self.issues) + 1
        self.issues[number] = {"number": number, "state": "open", **said}
        self.comments[number] = []
        return 201, self.issues[number]


@contextmanager
def issues() -> Iterator[Issues]:
    found = Issues()
    with servers.answering(found.answer) as url:
        found.url = url
        yield found


@dataclass
class Mailbox:
    """What a mail server took."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    offers: bool = True
    """Whether it offers STARTTLS."""
    password: str = "a password of a test"


@contextmanager
def mailing(certificate: Path, *, tls: bool = False) -> Iterator[Mailbox]:
    """A mail server; `certificate` holds its key and certificate. `tls`: from the first byte."""
    box = Mailbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                if tls:
                    self._secure()
                self._talk()

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()
            self.rfile.close()
            self.connection.close()

        def _secure(self) -> None:
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def _talk(self) -> None:
            secure = tls
            self._say("220 mail.example.invalid")
            while line := self.rfile.readline():
                word, _, rest = line.decode().strip().partition(" ")
                match word.upper():
                    case "EHLO":
                        starttls = "" if secure or not box.offers else "250-STARTTLS\r\n"
                        self._say(f"250-mail.example.invalid\r\n{starttls}250 AUTH PLAIN")
                    case "STARTTLS":
                        self._say("220 go on")
                        self._secure()
                        secure = True
                    case "AUTH":
                        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                        good = password == box.password
                        box.signed_in.append(user)
                        self._say("235 welcome" if good else "535 no")
                    case "RCPT":
                        refused = any(one in rest for one in box.refuses)
                        self._say("550 nobody of that name" if refused else "250 ok")
                    case "DATA":
                        self._say("354 go on")
                        data = b"".join(iter(self.rfile.readline, b".\r\n")).replace(b"\r\n..", b"\r\n.")
                        box.raw.append(data)
                        mail = message_from_bytes(data, policy=policy.default)
                        assert isinstance(mail, EmailMessage)
                        box.mails.append(mail)
                        box.secured.append(secure)
                        self._say("250 taken")
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("250 ok")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    box.port = server.server_address[1]
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path) -> tuple[Path, Path]:
    """(key and certificate of 127.0.0.1 for a server, the certificate alone for who is to trust it)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server of a test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=20_000))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both, alone = folder / "server.pem", folder / "trusted.pem"
    both.write_bytes(private + made)
    alone.write_bytes(made)
    return both, alone
