"""Does a component come from, or name, an address, a repository or a commit that a campaign used?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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


class _Index:
    """All address-like keys in memory, and the answer for each host seen: lockfiles repeat one host by the thousand."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._domains = knowledge.keys(IndicatorType.DOMAIN)
        self._ips = {key.partition(":")[0]: key for key in knowledge.keys(IndicatorType.IP)}
        self._urls: dict[str, list[str]] = {}
        for url in knowledge.keys(IndicatorType.URL):
            self._urls.setdefault(_host(url), []).append(url)
        self._repositories = knowledge.keys(IndicatorType.REPOSITORY)
        self._forges = frozenset(name.partition("/")[0] for name in self._repositories)
        self._commits = knowledge.keys(IndicatorType.COMMIT)
        self._hosts: dict[str, tuple[tuple[IndicatorType, str], ...]] = {}

    def look_up(self, component: Component) -> Iterator[tuple[IndicatorType, str, str]]:
        """(type, key, the text that matched) for one component."""
        texts = component.urls if component.source_url is None else (component.source_url, *component.urls)
        for text in texts:
            host = _host(text)
            known = self._hosts.get(host)
            if known is None:
                known = self._hosts[host] = tuple(self._of_host(host))
            for type_, key in known:
                yield type_, key, text
            if host in self._urls:
                bare = _bare(text)
                for url in self._urls[host]:
                    if bare == _bare(url) or bare.startswith(_bare(url).rstrip("/") + "/"):
                        yield IndicatorType.URL, url, text
            if host in self._forges:
                name = "/".join(observable.repository(text.partition("#")[0].partition("?")[0]).split("/")[:3])
                if name.removesuffix(".git") in self._repositories:
                    yield IndicatorType.REPOSITORY, name.removesuffix(".git"), text
            if "#" in text or "@" in text:
                yield from self._of_commits(text)
        if component.version is not None and len(component.version) >= 40:
            yield from self._of_commits(component.version)

    def _of_host(self, host: str) -> Iterator[tuple[IndicatorType, str]]:
        if host in self._ips:
            yield IndicatorType.IP, self._ips[host]
        name = host
        while "." in name:
            if name in self._domains:
                yield IndicatorType.DOMAIN, name
            name = name.partition(".")[2]

    def _of_commits(self, text: str) -> Iterator[tuple[IndicatorType, str, str]]:
        for found in _COMMIT.findall(text):
            if found.lower() in self._commits:
                yield IndicatorType.COMMIT, found.lower(), text


def _host(url: str) -> str:
    """The host of an address, lower-case, without user and port; cheap, and tolerant of `git@host:path`."""
    rest = url.partition("://")[2] or url
    rest = rest.partition("/")[0].rpartition("@")[2]
    return rest.partition(":")[0].lower()


def _bare(url: str) -> str:
    """An address without scheme, user and fragment: `http` or `https` makes no other place."""
    rest = (url.partition("://")[2] or url).partition("#")[0]
    authority, slash, path = rest.partition("/")
    return f"{authority.rpartition('@')[2].lower()}{slash}{path}"
