"""E-mail by SMTP, with TLS from the start or by STARTTLS, as text and HTML.

Specs: RFC 5321, RFC 3207 (STARTTLS), RFC 5322 (threads by `In-Reply-To`). The Message-ID is that of the message,
so that a mail server or client that has it already can drop it.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from html import escape

import msgspec

from scanner import net, outgoing
from scanner.errors import EngineError
from scanner.fleet.notices import posting, wording
from scanner.fleet.notices.posting import How, Reach, short
from scanner.fleet.notices.settings import Secret, Table
from scanner.fleet.notices.values import Message, Sent

TYPE = "email"
FOLDS = True
_SUBJECT = 200
_LINE = 500
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@[A-Za-z0-9.-]{1,255}\Z")
_SECURITY = ("starttls", "tls", "none")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    host: str
    port: int
    security: str
    sender: str
    to: tuple[str, ...]
    user: str
    password: Secret | None
    reach: Reach


def read(table: Table) -> Mail:
    table.knows(
        "type", "host", "port", "security", "from", "to", "user", "password", "password_env", "password_file",
        *posting.REACH,
    )  # fmt: skip
    reach = posting.reach(table)
    security = table.text("security", "starttls")
    if security not in _SECURITY:
        raise table.wrong(f"security {security!r} is not known", "one of " + ", ".join(_SECURITY))
    if security == "none" and not reach.plain:
        raise table.wrong("without TLS everybody on the way reads it", "allow_http = true, where that is meant")
    user, password = table.text("user", ""), table.secret("password", needed=False)
    if bool(user) != (password is not None):
        raise table.wrong("user and password belong together")
    to = table.texts("to")
    if not to or len(to) > 50:
        raise table.wrong("to must name from 1 to 50 addresses")
    sender = table.text("from")
    for one in (sender, *to):
        if not _ADDRESS.match(one):
            raise table.wrong(f"{one!r} is no address that is written to", "name@host")
    return Mail(
        host=table.text("host"),
        port=table.number("port", _PORTS[security], least=1, most=65535),
        security=security,
        sender=sender,
        to=to,
        user=user,
        password=password,
        reach=reach,
    )


def send(channel: Mail, message: Message, how: How) -> Sent:
    mail = written(channel, message)
    try:
        with _connected(channel, how) as server:
            if channel.security == "starttls":
                # Whoever strips the offer from the greeting must not make us go on in the clear.
                server.starttls(context=_trusted(channel))
                server.ehlo()
            if channel.password is not None:
                server.login(channel.user, posting.value(channel.password, how))
            refused = server.send_message(mail, channel.sender, list(channel.to))
    except ssl.SSLError as error:
        raise EngineError(
            "no TLS with the mail server: its certificate cannot be verified, or it speaks none"
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        raise EngineError("the mail server refuses user or password") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise EngineError("the mail server refuses every address", hint="see to") from error
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode("utf-8", "replace")
        raise EngineError(f"the mail server answers {error.smtp_code}: {short(said, 200)}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise EngineError("the mail server does not offer what is needed: STARTTLS, or to sign in") from error
    except (smtplib.SMTPException, OSError) as error:
        raise EngineError(net.reason(error), hint="check host, port and connection") from error
    remark = f"refused: {', '.join(refused)}" if refused else ""
    return Sent(reference=str(mail["Message-ID"]), remark=short(remark, 500))


def _connected(channel: Mail, how: How) -> smtplib.SMTP:
    class Checked(smtplib.SMTP):
        """Connects to the address that was checked."""

        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            return outgoing.connected(host, port, timeout, private=channel.reach.private)

    class Secure(Checked):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            found = super()._get_socket(host, port, timeout)
            try:
                return _trusted(channel).wrap_socket(found, server_hostname=host)
            except BaseException:
                found.close()
                raise

    kind: type[smtplib.SMTP] = Secure if channel.security == "tls" else Checked
    # The name of this machine is nobody's business: it would stand in the greeting.
    return kind(channel.host, channel.port, local_hostname="pratique.invalid", timeout=sum(how.timeout))


def _trusted(channel: Mail) -> ssl.SSLContext:
    found = net.certificates(channel.reach.certificates)
    return ssl.create_default_context(cafile=found if isinstance(found, str) else None)


def written(channel: Mail, message: Message) -> EmailMessage:
    """The whole mail. Lines of strangers are one line each, so that none of them begins a header."""
    mail = EmailMessage(policy=POLICY)
    host = channel.sender.rpartition("@")[2]
    mail["Subject"] = short(f"[pratique] {message.title}", _SUBJECT)
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Date"] = message.at
    mail["Message-ID"] = f"<{message.id}@{host}>"
    if message.reference is not None:
        mail["In-Reply-To"] = mail["References"] = message.reference
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Pratique-Incident"] = message.incident
    mail.set_content(text(message))
    mail.add_alternative(html(message), subtype="html")
    return mail


def text(message: Message) -> str:
    """The message as plain text."""
    lines = [short(message.title, _LINE), "", *(short(one, _LINE) for one in message.lead)]
    if message.severity:
        lines.append(f"Severity: {message.severity}")
    about = message.about
    if about is not None:
        lines += [f"Somebody's statement: {short(one, _LINE)}" for one in about.statements]
    lines.append("")
    lines += [f"* {short(where, 200)}: {short(what, 300)}" for where, what in map(wording.row, message.items)]
    lines += [f"* {short(one, _LINE)}" for one in message.parts]
    lines.append(wording.rest(message))
    if about is not None and about.what_to_do:
        lines += ["", f"Do now: {short(about.what_to_do, 1_000)}"]
    if message.link is not None:
        lines += ["", message.link]
    return "\n".join((*lines, "", f"pratique, incident {message.incident}", ""))


def html(message: Message) -> str:
    """The message as HTML: no address but our own link is one."""

    def put(text: str, limit: int = _LINE) -> str:
        return escape(short(text, limit))

    parts = [f"<h2>{put(message.title)}</h2>", *(f"<p>{put(one)}</p>" for one in message.lead)]
    if message.severity:
        parts.append(f"<p><b>Severity:</b> {message.severity}</p>")
    about = message.about
    if about is not None:
        parts += [f"<p><b>Somebody's statement:</b> {put(one)}</p>" for one in about.statements]
    points = [
        f"<li><b>{put(where, 200)}</b>: <code>{put(what, 300)}</code></li>"
        for where, what in map(wording.row, message.items)
    ]
    points += [f"<li>{put(one)}</li>" for one in message.parts]
    if points:
        parts.append(f"<ul>{''.join(points)}</ul>")
    if message.more:
        parts.append(f"<p>{put(wording.rest(message))}</p>")
    if about is not None and about.what_to_do:
        parts.append(f"<p><b>Do now:</b> {put(about.what_to_do, 1_000)}</p>")
    if message.link is not None:
        parts.append(f'<p><a href="{escape(message.link)}">Open in pratique</a></p>')
    parts.append(f"<p><small>pratique, incident {message.incident}</small></p>")
    return "\n".join(
        ("<!DOCTYPE html>", '<html><head><meta charset="utf-8"></head><body>', *parts, "</body></html>", "")
    )
