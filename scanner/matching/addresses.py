"""Does a component come from, or name, an address, a repository or a commit that a campaign used?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.matching.knowledge import Knowledge
from scanner.matching.match import Match
from scanner.model import observable
from scanner.model.campaign import IndicatorType
from scanner.model.component import Component
from scanner.model.finding import Claim, FindingClass, State

_COMMIT = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?(?![0-9a-fA-F])")
_REASONS = {
    IndicatorType.DOMAIN: "an address of it lies on a host that the campaign used",
    IndicatorType.IP: "an address of it lies on a host that the campaign used",
    IndicatorType.URL: "it names an address that the campaign used",
    IndicatorType.REPOSITORY: "it comes from, or names, a repository of the campaign",
    IndicatorType.COMMIT: "it is pinned to a commit of the campaign",
}


def match(components: Iterable[Component], knowledge: Knowledge) -> Iterator[Match]:
    """Yield what the addresses and commits of each component match."""
    index = _Index(knowledge)
    for component in components:
        for type_, key, value in index.look_up(component):
            for feed, indicator in knowledge.exact(type_, (key,)).get(key, ()):
                yield Match(
                    component=component,
                    class_=FindingClass.COMPROMISE,
                    state=State.CERTAIN if indicator.alone else State.NEAR_MISS,
                    reason=_REASONS[type_] + ("" if indicator.alone else ", which proves nothing by itself"),
                    claim=Claim(feed=feed, record=indicator.campaign, indicator=indicator),
                    campaign=indicator.campaign,
                    value=value,
                )


class _Host(NamedTuple):
    """What is known of one host."""

    matched: tuple[tuple[IndicatorType, str], ...]
    urls: tuple[tuple[str, str], ...]
    """URL indicators on it: (bare address, key)."""
    forge: bool
    """Whether a repository of a campaign lies on it."""


class _Index:
    """All address-like keys in memory, and the answer for each host seen: lockfiles repeat one host by the thousand."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._domains = knowledge.keys(IndicatorType.DOMAIN)
        self._ips = {key.partition(":")[0]: key for key in knowledge.keys(IndicatorType.IP)}
        self._urls: dict[str, list[tuple[str, str]]] = {}
        for url in knowledge.keys(IndicatorType.URL):
            self._urls.setdefault(_host(url), []).append((_bare(url).rstrip("/"), url))
        self._repositories = knowledge.keys(IndicatorType.REPOSITORY)
        self._owners = frozenset(name.split("/")[1] for name in self._repositories if "/" in name)
        self._forges = frozenset(name.partition("/")[0] for name in self._repositories)
        self._commits = knowledge.keys(IndicatorType.COMMIT)
        self._hosts: dict[str, _Host | None] = {}

    def look_up(self, component: Component) -> Iterator[tuple[IndicatorType, str, str]]:
        """(type, key, the text that matched) for one component."""
        texts = component.urls if component.source_url is None else (component.source_url, *component.urls)
        for text in texts:
            pieces = text.split("/", 3)
            raw = pieces[2] if len(pieces) > 2 and not pieces[1] else text
            try:
                host = self._hosts[raw]
            except KeyError:
                host = self._hosts[raw] = self._of_host(_host(raw))
            if host is not None:
                yield from self._on(host, text)
            mark = max(text.rfind("#"), text.rfind("@"))
            if 0 <= mark < len(text) - 40:
                yield from self._of_commits(text)
        if component.version is not None and len(component.version) >= 40:
            yield from self._of_commits(component.version)

    def _of_host(self, name: str) -> _Host | None:
        """`None` for the many hosts of which nothing is known."""
        matched: list[tuple[IndicatorType, str]] = []
        if name in self._ips:
            matched.append((IndicatorType.IP, self._ips[name]))
        parent = name
        while "." in parent:
            if parent in self._domains:
                matched.append((IndicatorType.DOMAIN, parent))
            parent = parent.partition(".")[2]
        urls = tuple(self._urls.get(name, ()))
        forge = name in self._forges
        return _Host(tuple(matched), urls, forge) if matched or urls or forge else None

    def _on(self, host: _Host, text: str) -> Iterator[tuple[IndicatorType, str, str]]:
        for type_, key in host.matched:
            yield type_, key, text
        if host.urls:
            bare = _bare(text)
            for begin, key in host.urls:
                if bare.startswith(begin) and bare[len(begin) : len(begin) + 1] in ("", "/"):
                    yield IndicatorType.URL, key, text
        if host.forge and _owner(text) in self._owners:
            name = "/".join(observable.repository(text.partition("#")[0].partition("?")[0]).split("/")[:3])
            if name.removesuffix(".git") in self._repositories:
                yield IndicatorType.REPOSITORY, name.removesuffix(".git"), text

    def _of_commits(self, text: str) -> Iterator[tuple[IndicatorType, str, str]]:
        for found in _COMMIT.findall(text):
            if found.lower() in self._commits:
                yield IndicatorType.COMMIT, found.lower(), text


def _host(url: str) -> str:
    """The host of an address, lower-case, without user and port; cheap, and tolerant of `git@host:path`."""
    rest = url.partition("://")[2] or url
    rest = rest.partition("/")[0].rpartition("@")[2]
    return rest.partition(":")[0].lower()


def _owner(url: str) -> str:
    """The first piece of the path, where forges put the owner: cheap, so that most addresses end here."""
    pieces = url.split("/", 4)
    if len(pieces) > 3 and not pieces[1]:
        return pieces[3].lower()
    return url.partition(":")[2].partition("/")[0].lower()


def _bare(url: str) -> str:
    """An address without scheme, user and fragment: `http` or `https` makes no other place."""
    rest = (url.partition("://")[2] or url).partition("#")[0]
    authority, slash, path = rest.partition("/")
    return f"{authority.rpartition('@')[2].lower()}{slash}{path}"
