"""Which addresses are strangers to a package: hosts that new lines name, and that nothing in the old side named."""

# ruff: noqa: E501  # expressions stand a line for each kind

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from scanner.codescan import plain
from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.errors import InputError
from scanner.model.signal import Confidence
from scanner.shape import encoding

_URL = re.compile(
    r"\b(?:https?|wss?|ftps?|tcp|udp|tls|smtps?|amqps?|mqtts?)://(?:[^\s/\"'`@]{1,80}@)?([\w-]+(?:\.[\w-]+)+|\d+)", re.I
)
_ENDS = r"com|net|org|io|dev|app|xyz|top|site|online|cloud|info|biz|co|me|ru|cn|sh|ai|de|uk|eu|in|fr|live|pro|club|space|tech|link|click|cc|pw|su|icu|tk|ml|ga|invalid"
_BARE = re.compile(
    rf"(?<![\w.@/-])((?:[a-z0-9_-]+\.)+(?:{_ENDS})|\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?=[\"'`/?]|:\d|\\n)", re.I
)
_SUFFIX = re.compile(rf"(?:[\"'`}}]|%[sdx])\.((?:[a-z0-9_-]+\.)+(?:{_ENDS}))(?=[\"'`:/?])", re.I)
"""What a name is put before: `data + ".t.example"`."""
_NOBODY = re.compile(
    r"^(?:localhost|.*\.(?:local|localhost|test|example|internal)|(?:.*\.)?(?:example|w3)\.(?:com|org|net)|schema\.org|json-schema\.org|xmlns\.com)\Z"
)
_MADE = re.compile(
    r"\batob\s*\(|\bb64decode\b|\bfromhex\b|\bunhexlify\b|\bfromCharCode\b|,\s*[\"'](?:base64|hex)[\"']|\.reverse\(|\[::-1\]|\bbase64_decode\b|\bstr_rot13\b|\bunpack1?\(|\bDecodeString\b|\bgetDecoder\b"
    r"|\[[^\]\n]{0,200}[\"'][\w-]{1,60}[\"']\s*,[^\]\n]{0,200}\]\s*\.join\(\s*[\"'][./]?[\"']|[\"'][./]?[\"']\.join\(|\bbase64\s+-d|\bchr\(\s*\w+\s*(?:\^|-|\+)|\brot13\b"
)
_MOST_BYTES = 2 * 1024 * 1024
_MOST_READ = 64 * 1024 * 1024


class Told(NamedTuple):
    """That an address is a stranger."""

    confidence: Confidence
    """High where the address hides what it is, too."""
    message: str


class Addresses:
    """Answers for one change; the old side is read only where somebody asks."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def strange(self, text: str, change: Change, *, near: str) -> Told | None:
        """Whether new lines name a host that the old side did not, or make one that cannot be read.

        `near` is what stands about the place that sends: there an address would be made.
        """
        named = set(hosts(text))
        raw = "\n".join(self._context.fresh(change).values())
        new = sorted(host for host in named if not self.is_known(host) and not _is_own(host, raw))
        if any(_is_number(host) for host in new):
            return Told(Confidence.HIGH, "to a number, not a name, that nothing here named before")
        if new:
            hidden = not any(host in raw.lower() for host in new)
            said = f"to {new[0][:100]}, which nothing here named before"
            return (
                Told(Confidence.HIGH, f"{said}, and which does not show") if hidden else Told(Confidence.MEDIUM, said)
            )
        if not named and _MADE.search(near):
            return Told(Confidence.HIGH, "to an address that is put together or decoded")
        if not named and (elsewhere := self._beside(change)) is not None:
            return elsewhere
        return None

    def is_known(self, host: str) -> bool:
        """Whether the old side names the host, or another of the same owner."""
        return host in self._old or _owner(host) in self._owners

    def _beside(self, change: Change) -> Told | None:
        """Data that the same change brings, and that these lines name: a list, a configuration, a template."""
        text = "\n".join(self._context.fresh(change).values())
        for other in self._context.changes(Kind.ADDED, Kind.CHANGED):
            name = other.path.rpartition("/")[2]
            if other.path != change.path and len(name) > 4 and (name in text or name.partition(".")[0] in text):
                fresh = "\n".join(self._context.fresh(other).values())[:200_000]
                read = f"{fresh}\n{plain.reading(fresh) or ''}"
                new = sorted(host for host in hosts(read) if not self.is_known(host))
                if new:
                    return Told(
                        Confidence.MEDIUM, f"to {new[0][:100]}, which only {other.path} names, and nothing before"
                    )
        return None

    @cached_property
    def _old(self) -> frozenset[str]:
        found: set[str] = set()
        left = _MOST_READ
        old = self._context.old
        if old is None:
            return frozenset()
        for path, entry in old.entries.items():
            if entry.link is None and entry.size <= _MOST_BYTES and left > 0:
                left -= entry.size
                try:
                    found.update(hosts(encoding.lenient_text(old.read(path))))
                except InputError:  # who reads the file for its own sake says so
                    continue
        return frozenset(found)

    @cached_property
    def _owners(self) -> frozenset[str]:
        return frozenset(map(_owner, self._old)) - _SHARED


_SHARED = frozenset(
    ("github.io", "githubusercontent.com", "herokuapp.com", "vercel.app", "netlify.app", "workers.dev", "pages.dev",
     "web.app", "firebaseio.com", "amazonaws.com", "cloudfront.net", "azurewebsites.net", "windows.net", "co.uk",
     "ngrok.io", "ngrok.app", "blogspot.com", "run.app", "appspot.com", "example.invalid")
)  # fmt: skip
"""Under these anybody has names."""


_NO_SCHEME = re.compile(rf"[\"'`]//((?:[a-z0-9_-]+\.)+(?:{_ENDS}))(?=[\"'`:/?])", re.I)


def hosts(text: str) -> Iterator[str]:
    """Hosts that a text names, but for those that are nobody's, or this machine."""
    for pattern in (_URL, _NO_SCHEME, _BARE, _SUFFIX):
        for found in pattern.findall(text):
            host = found.lower().strip(".")
            if not _NOBODY.match(host) and not _is_here(host):
                yield host


def _owner(host: str) -> str:
    """The part of a name that somebody registers, roughly."""
    return ".".join(host.split(".")[-2:])


def _is_own(host: str, text: str) -> bool:
    """Whether the secret that is read is called after the host: ACME_TOKEN for api.acme.dev."""
    label = host.split(".")[-2] if "." in host else host
    word = re.sub(r"\W", "", label).upper()
    return len(word) >= 3 and re.search(rf"(?<![A-Z]){word}_[A-Z_]{{0,60}}(?:TOKEN|KEY|SECRET|PASSW)", text) is not None


def _is_number(host: str) -> bool:
    return host.replace(".", "").isdigit()


def _is_here(host: str) -> bool:
    if not _is_number(host):
        return False
    try:
        address = ipaddress.ip_address(int(host) if host.isdigit() else host)
    except ValueError:
        return True
    # Addresses that documents use (203.0.113.0/24 …) count as private there: samples are full of them.
    return (
        address.is_loopback
        or address.is_unspecified
        or address.is_link_local
        or str(address).startswith(("10.", "192.168."))
    )
