"""Textual indicators → what to look for, in which case, between which borders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.matching.files import borders
from scanner.matching.files.borders import Border
from scanner.matching.knowledge import Knowledge
from scanner.model.campaign import IndicatorType
from scanner.model.observable import SHARED_HOSTS

LONGEST = 1_024
"""Bytes of an indicator that are looked for; longer ones are known by their beginning."""
_SHORTEST = 4
_FORGES = {
    "github": ("github.com", "raw.githubusercontent.com"),
    "gitlab": ("gitlab.com",),
    "bitbucket": ("bitbucket.org",),
    "codeberg": ("codeberg.org",),
}


class Pattern(NamedTuple):
    """One text that betrays one indicator."""

    type: IndicatorType
    key: str
    text: bytes
    """In lower case."""
    tail: bytes
    """Its end as published, where the case counts; b"" where it does not."""
    border: Border


def patterns(knowledge: Knowledge) -> list[Pattern]:
    """Everything that is looked for in the text of files."""
    found: list[Pattern] = []
    for type_, make in _MAKERS.items():
        for key in sorted(knowledge.keys(type_)):
            for text, tail, border in make(key):
                whole = text.encode("utf-8", "surrogatepass")
                data = whole[:LONGEST]
                if len(data) < _SHORTEST:
                    continue
                exact = data[len(whole) - len(tail.encode("utf-8", "surrogatepass")) :]
                # What follows a cut is no border.
                found.append(Pattern(type_, key, data.lower(), exact, border if data == whole else _anywhere))
    return found


_Made = tuple[str, str, Border]
"""(text, its end in which the case counts, border)."""


def _anywhere(_text: bytes, _begin: int, _end: int) -> bool:
    return True


def _domain(key: str) -> Iterator[_Made]:
    yield key, "", borders.domain


def _ip(key: str) -> Iterator[_Made]:
    """With a port or without: the address alone is telling, as it is for components."""
    if key.count(":") > 1:
        yield key, "", borders.ip6
    else:
        yield key.partition(":")[0], "", borders.ip


def _url(key: str) -> Iterator[_Made]:
    """Without the scheme: `http` or `https` makes no other place. The path keeps its case, the host does not."""
    rest = (key.partition("://")[2] or key).partition("#")[0]
    authority, slash, path = rest.partition("/")
    host = authority.rpartition("@")[2].lower()
    if path.strip("/"):
        tail = slash + path.rstrip("/")
        yield host + tail, tail, borders.address
    elif host.partition(":")[0] not in SHARED_HOSTS:
        border = borders.ip if host.replace(".", "").replace(":", "").isdigit() else borders.domain
        yield host, "", border


def _email(key: str) -> Iterator[_Made]:
    yield key, "", borders.email


def _commit(key: str) -> Iterator[_Made]:
    yield key, "", borders.digits


def _digest(key: str) -> Iterator[_Made]:
    """A digest in a text accuses nobody: it tells that the text is a list of indicators."""
    yield key.partition(":")[2], "", borders.digits


def _string(key: str) -> Iterator[_Made]:
    yield key, key, borders.word


def _wallet(key: str) -> Iterator[_Made]:
    """Hexadecimal addresses are written in either case, the others are not."""
    yield key, "" if key[:2].lower() == "0x" else key, borders.word


def _repository(key: str) -> Iterator[_Made]:
    host, slash, name = key.partition("/")
    if slash:
        yield f"{host}/{name}", "", borders.place
        yield f"{host}:{name}", "", borders.place


def _account(key: str) -> Iterator[_Made]:
    """A name alone is anybody's word: only as the owner on a forge. Registry accounts are found in metadata."""
    platform, _, name = key.partition(":")
    hosts = _FORGES.get(platform, ())
    for place in (*(f"{host}/" for host in hosts), *(f"{host}:" for host in hosts[:1])):
        yield f"{place}{name}", "", borders.place


_MAKERS: dict[IndicatorType, Callable[[str], Iterator[_Made]]] = {
    IndicatorType.DOMAIN: _domain,
    IndicatorType.IP: _ip,
    IndicatorType.URL: _url,
    IndicatorType.EMAIL: _email,
    IndicatorType.WALLET: _wallet,
    IndicatorType.STRING: _string,
    IndicatorType.ACCOUNT: _account,
    IndicatorType.REPOSITORY: _repository,
    IndicatorType.COMMIT: _commit,
    IndicatorType.DIGEST: _digest,
}
