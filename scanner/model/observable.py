"""One spelling for each observable, and a refusal of those that everybody has.

Lists arrive defanged (`hxxp://evil[.]example`), in capitals, with blanks. An indicator that matches everything
accuses everybody: the digest of the empty file, `localhost`, a private address, a suffix under which strangers
publish.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache

from scanner.errors import InputError
from scanner.model.campaign import IndicatorType

LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
"""Hex digits → digest algorithm."""
MINIMUM_TEXT = 6
"""Shortest distinctive string."""

# Compiled where they are used first: a scan meets what was normalised already.
_HEX = r"[0-9a-f]+\Z"
_DOMAIN = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})\Z"
_EMAIL = r"[^\s@<>\"]{1,128}@[^\s@<>\"]{3,253}\Z"


@cache
def _empty() -> frozenset[str]:
    return frozenset(
        f"{name}:{hashlib.new(name, content, usedforsecurity=False).hexdigest()}"
        for name in LENGTHS.values()
        for content in (b"", b"\n", b"\0")
    )


# Names under which anybody can publish: they prove nothing about one tenant.
# (Chosen from the private part of the public suffix list, https://publicsuffix.org/, and from what the lists name.)
SHARED_HOSTS = frozenset(
    """
    amazonaws.com azurewebsites.net bitbucket.org blogspot.com cloudflare.com cloudfront.net discord.com discordapp.com
    dropbox.com firebaseapp.com fly.dev github.com github.io githubusercontent.com gitlab.com gitlab.io google.com
    googleapis.com herokuapp.com jsdelivr.net localhost.run mediafire.com netlify.app ngrok.io ngrok-free.app
    onrender.com pages.dev pastebin.com railway.app raw.githubusercontent.com repl.co replit.app rentry.co
    serveo.net slack.com storage.googleapis.com surge.sh t.me telegra.ph telegram.org transfer.sh trycloudflare.com
    unpkg.com vercel.app web.app webhook.site windows.net workers.dev youtube.com
    """.split()
)
# `co.uk`, `com.br`: what registries of countries sell names under.
_SUFFIX = r"(?:ac|co|com|edu|go|gob|gov|mil|ne|net|nom|or|org)\.[a-z]{2}\Z"
RESERVED = frozenset(("localhost", "example.com", "example.org", "example.net", "local", "internal"))


_DEFANGED = r"(?i)[\[({\\]|\A(?:hxxp|h\*\*p|meow)"
"""Whether anything was done to an address to make it harmless."""


def refang(text: str) -> str:
    """Undo the common ways of making an address harmless to click."""
    text = text.strip()
    if re.search(_DEFANGED, text) is None:
        return text
    text = re.sub(r"\[\s*(?:\.|dot)\s*\]|\(\s*(?:\.|dot)\s*\)|\{\s*(?:\.|dot)\s*\}|\\\.", ".", text, flags=re.I)
    text = re.sub(r"\[\s*(?:@|at)\s*\]|\(\s*at\s*\)", "@", text, flags=re.I)
    text = re.sub(r"\[\s*(://|:|/)\s*\]", r"\1", text)
    return re.sub(r"\A(?:hxxp|h\*\*p|meow|hXXp)(s?)", r"http\1", text, flags=re.I)


def normalise(type_: IndicatorType, value: str, *, where: str) -> str:
    """The one spelling of `value`. Raises `InputError` when it is none of that type, or matches everybody."""
    text = refang(value) if type_ in _ADDRESSES else value.strip()
    if not text or text.strip("*?.% ") == "":
        raise InputError("it matches everything", where=where)
    match type_:
        case IndicatorType.DIGEST:
            return _digest(text, where)
        case IndicatorType.DOMAIN:
            return domain(text, where=where)
        case IndicatorType.IP:
            return _ip(text, where)
        case IndicatorType.EMAIL:
            if not re.match(_EMAIL, text):
                raise InputError(f"{text!r} is no e-mail address", where=where)
            return text.lower()
        case IndicatorType.COMMIT | IndicatorType.CERTIFICATE:
            digits = text.lower().replace(":", "").replace(" ", "")
            least = 40 if type_ is IndicatorType.COMMIT else 8
            if not re.match(_HEX, digits) or len(digits) < least:
                raise InputError(f"{text!r} is not {least} or more hex digits", where=where)
            return digits.lstrip("0") if type_ is IndicatorType.CERTIFICATE else digits
        case IndicatorType.URL:
            return _url(text, where)
        case IndicatorType.STRING | IndicatorType.WALLET:
            if len(text) < MINIMUM_TEXT:
                raise InputError(f"{text!r} is too short to be distinctive", where=where)
            return text
        case IndicatorType.REPOSITORY:
            return repository(text)
        case _:
            return text


_ADDRESSES = frozenset(
    (IndicatorType.DOMAIN, IndicatorType.IP, IndicatorType.URL, IndicatorType.EMAIL, IndicatorType.REPOSITORY)
)


def domain(text: str, *, where: str) -> str:
    """A domain name in lower case, international names as ASCII. Raises `InputError`."""
    name = text.lower().strip(".").removeprefix("*.")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise InputError(f"{text!r} is no domain name", where=where) from error
    if name in SHARED_HOSTS or name in RESERVED or re.match(_SUFFIX, name):
        raise InputError(f"{name} is shared by everybody", where=where)
    if not re.match(_DOMAIN, name) or len(name) > 253:
        raise InputError(f"{text!r} is no domain name", where=where)
    return name


def _url(text: str, where: str) -> str:
    if len(text) < MINIMUM_TEXT:
        raise InputError(f"{text!r} is too short to be distinctive", where=where)
    rest = text.partition("://")[2] or text
    authority, _, path = rest.partition("/")
    host = authority.rpartition("@")[2].lower()
    name = host if host.startswith("[") else host.partition(":")[0]
    if re.fullmatch(r"[0-9.]+", name):
        _ip(name, where)
    elif name in RESERVED or name.rpartition(".")[2] in RESERVED:
        raise InputError(f"{name} is everybody's own machine or network", where=where)
    elif not path.strip("/*?"):
        domain(name, where=where)  # an address without a path is all of its host
    return text


def repository(text: str) -> str:
    """`host/owner/name` in lower case, whatever the scheme and ending."""
    rest = text.strip().lower()
    rest = re.sub(r"\A(?:git\+)?(?:https?|ssh|git)://", "", rest)
    rest = re.sub(r"\A[^@/]+@", "", rest).replace(":", "/", 1) if re.match(r"\A[^/]+:", rest) else rest
    return rest.rstrip("/").removesuffix(".git")


def _digest(text: str, where: str) -> str:
    algorithm, mark, digits = text.lower().rpartition(":")
    if not re.match(_HEX, digits) or len(digits) not in LENGTHS:
        raise InputError(f"{text!r} is no digest of a known length", where=where)
    if mark and algorithm != LENGTHS[len(digits)]:
        raise InputError(f"{text!r}: that is the length of {LENGTHS[len(digits)]}", where=where)
    value = f"{LENGTHS[len(digits)]}:{digits}"
    if value in _empty() or len(set(digits)) < 3:
        raise InputError(f"{text!r} is the digest of an empty file", where=where)
    return value


def _ip(text: str, where: str) -> str:
    import ipaddress  # 2 ms, for lists only

    host, _, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "")
    try:
        address = ipaddress.ip_address(host or text)
    except ValueError as error:
        raise InputError(f"{text!r} is no IP address", where=where) from error
    if not address.is_global:
        raise InputError(f"{text} is a private or reserved address", where=where)
    return f"{address}:{port}" if port else str(address)
