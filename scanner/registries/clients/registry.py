"""One registry as a client is configured for it, and how configuration files are read."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from netrc import NetrcParseError, netrc
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec

from scanner.display import address
from scanner.errors import UsageError

_LARGEST = 1 << 20
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))
_VARIABLE = re.compile(r"\$\{(?:env\.)?([A-Za-z_][A-Za-z0-9_]*)(\?)?\}")


class Access(NamedTuple):
    """A credential and the place that it is for."""

    place: str
    """`host[:port]/path/`, in lower case up to the path."""
    authorization: str
    """Value of the header."""


class Registry(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask."""

    url: str
    """Ends with a slash where it is a folder; holds no credentials."""
    told_by: str
    """Which configuration names it."""
    accesses: tuple[Access, ...] = ()
    certificates: str | None = None
    """A file of certificate authorities to use instead of the usual ones."""

    def headers(self, url: str) -> dict[str, str]:
        """Credentials for an address: those of the deepest place that it lies in. Raises `UsageError`."""
        place = _place(url)
        within = [access for access in self.accesses if place.startswith(access.place)]
        if not within:
            return {}
        parts = urlsplit(url)
        if parts.scheme.lower() != "https" and parts.hostname not in _LOCAL:
            raise UsageError("a key is not sent over plain http", where=address(url), hint="configure it with https")
        return {"Authorization": max(within, key=lambda access: len(access.place)).authorization}


def access(url: str, authorization: str) -> Access:
    """The credential for an address and everything below it. Raises `UsageError` where no header can carry it."""
    if not authorization.isascii() or not authorization.isprintable():
        raise UsageError("the key configured for it holds what no header can carry", where=address(url))
    return Access(_place(url if url.endswith("/") else f"{url}/"), authorization)


def basic(user: str, password: str) -> str:
    """The header for user and password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def split(url: str, *, told_by: str) -> tuple[str, tuple[Access, ...]]:
    """An address as people configure it → the address alone, and the credentials that stood in it.

    Raises `UsageError` for what is not http or https.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme.lower() not in ("http", "https"):
        raise UsageError(f"not an http or https address: {address(url)}", where=told_by)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    if "@" not in parts.netloc:
        return bare, ()
    server = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], path="/", query="", fragment=""))
    return bare, (access(server, basic(unquote(parts.username or ""), unquote(parts.password or ""))),)


def folder(url: str) -> str:
    """The address with a slash at its end."""
    return url if url.endswith("/") else f"{url}/"


def from_netrc(environ: Mapping[str, str], home: Path, urls: Iterable[str]) -> tuple[Access, ...]:
    """What `~/.netrc` holds for the servers of these addresses."""
    path = Path(environ.get("NETRC") or home / ".netrc")
    try:
        entries = netrc(path)
    except OSError:
        return ()
    except (NetrcParseError, UnicodeDecodeError) as error:
        raise UsageError("it cannot be understood", where=path, hint="mend it, or unset NETRC") from error
    found: list[Access] = []
    for url in urls:
        parts = urlsplit(url)
        entry = entries.authenticators(parts.hostname or "")
        if entry is not None and entry[2]:
            found.append(access(f"{parts.scheme}://{parts.netloc}/", basic(entry[0] or "", entry[2])))
    return tuple(found)


def text(path: Path) -> str | None:
    """A configuration file; `None` where there is none, or none that may be read."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8-sig", "replace")
    except OSError:
        return None


def expand(value: str, environ: Mapping[str, str]) -> str:
    """`${NAME}` filled in from the environment; a name that is not set stays as it is, one with `?` becomes nothing."""
    return _VARIABLE.sub(lambda found: environ.get(found[1], "" if found[2] else found[0]), value)


def config_home(environ: Mapping[str, str], home: Path) -> Path:
    """`$XDG_CONFIG_HOME`, or `~/.config`."""
    given = environ.get("XDG_CONFIG_HOME", "")
    return Path(given) if given.startswith("/") else home / ".config"


def public(purl: str) -> str:
    """Where packageurl would download that package from: the public registry, whose host is written down nowhere."""
    from packageurl.contrib.purl2url import get_download_url, get_repo_url

    found = get_download_url(purl) or get_repo_url(purl)  # type: ignore[no-untyped-call]  # the library has no types
    return str(found)


def unusable(url: str, place: str) -> UsageError:
    """A registry of a kind that we cannot ask."""
    return UsageError(f"{address(url)} cannot be asked from here", where=place, hint="--pristine FOLDER with the files")


def _place(url: str) -> str:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    usual = {"https": 443, "http": 80}.get(parts.scheme.lower())
    host = (parts.hostname or "").lower()
    return f"{host}{'' if port in (None, usual) else f':{port}'}{parts.path or '/'}"
