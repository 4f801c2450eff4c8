"""Does a component come from, or name, an address, a repository or a commit that a campaign used?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from scanner.matching.knowledge import Knowledge
from scanner.matching.match import Match
from scanner.model import observable
from scanner.model.campaign import IndicatorType
from scanner.model.component import Component
from scanner.model.finding import Claim, FindingClass
from scanner.versions import claimed

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

_COMMIT = r"(?<![0-9a-fA-F])[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?(?![0-9a-fA-F])"
_AT_ONCE = 500


def match(components: Iterable[Component], knowledge: Knowledge) -> Iterator[Match]:
    """Yield what the addresses and commits of each component match."""
    index = Index(knowledge)
    for component in index.worth_looking_up(list(components)):
        for type_, key, value in index.look_up(component):
            for feed, indicator in knowledge.exact(type_, (key,)).get(key, ()):
                state, reason = claimed.carried(indicator)
                yield Match(
                    component=component,
                    class_=FindingClass.COMPROMISE,
                    state=state,
                    reason=reason,
                    claim=Claim(feed=feed, record=indicator.campaign, indicator=indicator),
                    campaign=indicator.campaign,
                    value=value,
                )


class _Host(NamedTuple):
    """What is known of one host."""

    matched: tuple[tuple[IndicatorType, str], ...]
    """What every address on it matches."""
    urls: tuple[tuple[str, str], ...]
    """URL indicators on it: (bare address, key)."""
    places: frozenset[str]
    """First pieces of the paths, in lower case, under which a URL or repository is known; "" where that is any path."""
    everywhere: bool
    """Whether an address must be looked at whatever its path."""


class Index:
    """All address-like keys in memory, and the answer for each host seen: lockfiles repeat one host by the thousand."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._domains = knowledge.keys(IndicatorType.DOMAIN)
        self._ips = {key.partition(":")[0]: key for key in knowledge.keys(IndicatorType.IP)}
        self._repositories = knowledge.keys(IndicatorType.REPOSITORY)
        self._commits = knowledge.keys(IndicatorType.COMMIT)
        self._urls: dict[str, list[tuple[str, str]]] = {}
        self._places: dict[str, set[str]] = {}
        for url in knowledge.keys(IndicatorType.URL):
            begin = bare(url).rstrip("/")
            self._urls.setdefault(host(url), []).append((begin, url))
            self._places.setdefault(host(url), set()).add(_place(begin))
        for name in self._repositories:
            self._places.setdefault(host(name), set()).add(_place(name))
        self._hosts: dict[str, _Host | None] = {}

    def worth_looking_up(self, components: Sequence[Component]) -> Iterable[Component]:
        """Those of which `look_up` may find something.

        Whatever it finds stands in the text, letter for letter but for capitals: nearly always nothing does, which one
        pass over many texts says at once.
        """
        needles = self._needles()
        if len(components) < len(needles):  # a needle costs as much to learn as a component to look up
            return components
        # Imported here: small targets do without.
        from ahocorasick_rs import BytesAhoCorasick

        automaton = BytesAhoCorasick(needles)
        some = (components[begin : begin + _AT_ONCE] for begin in range(0, len(components), _AT_ONCE))
        return chain.from_iterable(part for part in some if _may_hold(automaton, _texts(part)))

    def _needles(self) -> list[bytes]:
        texts = (
            *self._domains,
            *self._ips,
            *self._commits,
            *(begin for urls in self._urls.values() for begin, _ in urls),
            *(name.partition("/")[2] for name in self._repositories),  # `host:owner/name` is one, too
        )
        return [text.lower().encode("utf-8", "surrogatepass") for text in texts if text]

    def look_up(self, component: Component) -> Sequence[tuple[IndicatorType, str, str]]:
        """(type, key, the text that matched) for one component."""
        found: list[tuple[IndicatorType, str, str]] = []
        hosts = self._hosts
        for text in component.urls if component.source_url is None else (component.source_url, *component.urls):
            pieces = text.split("/", 4)
            usual = len(pieces) > 3 and not pieces[1]  # `https://host/place/…`
            raw = pieces[2] if usual else text
            try:
                host = hosts[raw]
            except KeyError:
                host = hosts[raw] = self._of_host(raw)
            if host is not None and (
                not usual or host.everywhere or pieces[3].partition("#")[0].lower() in host.places
            ):
                found += self._on(host, text)
            if _may_pin(text):
                found += self._of_commits(text)
        if component.version is not None and len(component.version) >= 40:
            found += self._of_commits(component.version)
        return found

    def _of_host(self, raw: str) -> _Host | None:
        """`None` for the many hosts of which nothing is known."""
        name = host(raw)
        matched: list[tuple[IndicatorType, str]] = []
        if name in self._ips:
            matched.append((IndicatorType.IP, self._ips[name]))
        parent = name
        while "." in parent:
            if parent in self._domains:
                matched.append((IndicatorType.DOMAIN, parent))
            parent = parent.partition(".")[2]
        places = frozenset(self._places.get(name, ()))
        if not matched and not places:
            return None
        port = raw.partition(":")[2]
        return _Host(
            matched=tuple(matched),
            urls=tuple(self._urls.get(name, ())),
            places=places,
            # `ssh://git@host:owner/name`: what looks like a port is the first piece of the path.
            everywhere=bool(matched) or "" in places or not (port == "" or port.isdigit()),
        )

    def _on(self, host: _Host, text: str) -> Iterator[tuple[IndicatorType, str, str]]:
        for type_, key in host.matched:
            yield type_, key, text
        if host.urls:
            address = bare(text)
            for begin, key in host.urls:
                if address.startswith(begin) and address[len(begin) : len(begin) + 1] in ("", "/"):
                    yield IndicatorType.URL, key, text
        name = "/".join(observable.repository(text.partition("#")[0].partition("?")[0]).split("/")[:3])
        if name.removesuffix(".git") in self._repositories:
            yield IndicatorType.REPOSITORY, name.removesuffix(".git"), text

    def _of_commits(self, text: str) -> Iterator[tuple[IndicatorType, str, str]]:
        for found in re.findall(_COMMIT, text):
            if found.lower() in self._commits:
                yield IndicatorType.COMMIT, found.lower(), text


def _texts(components: Iterable[Component]) -> str:
    """All that `look_up` looks at of some components."""
    texts: list[str] = []
    for component in components:
        if component.source_url is not None:
            texts.append(component.source_url)
        if component.urls:
            texts += component.urls
        if component.version is not None and len(component.version) >= 40:
            texts.append(component.version)
    return "\n".join(texts)


def _may_hold(automaton: BytesAhoCorasick, text: str) -> bool:
    # Beyond ASCII, how a letter is written small may depend on what follows.
    return not text.isascii() or bool(automaton.find_matches_as_indexes(text.lower().encode()))


def hosts_and_commits(component: Component) -> tuple[set[str], set[str]]:
    """All that `match` looks up of a component, whether or not anything is known of it."""
    texts = component.urls if component.source_url is None else (component.source_url, *component.urls)
    commits = {found.lower() for text in texts if _may_pin(text) for found in re.findall(_COMMIT, text)}
    if component.version is not None and len(component.version) >= 40:
        commits.update(found.lower() for found in re.findall(_COMMIT, component.version))
    return {host(text) for text in texts}, commits


def host(url: str) -> str:
    """The host of an address, lower-case, without user and port; cheap, and tolerant of `git@host:path`."""
    rest = url.partition("://")[2] or url
    rest = rest.partition("/")[0].rpartition("@")[2]
    return rest.partition(":")[0].lower()


def _place(address: str) -> str:
    """The first piece of the path of an address without scheme, in lower case: where forges put the owner."""
    return address.partition("/")[2].partition("/")[0].lower()


def bare(url: str) -> str:
    """An address without scheme, user and fragment: `http` or `https` makes no other place."""
    rest = (url.partition("://")[2] or url).partition("#")[0]
    authority, slash, path = rest.partition("/")
    return f"{authority.rpartition('@')[2].lower()}{slash}{path}"


def _may_pin(text: str) -> bool:
    """Whether a commit may stand at the end, or behind `@` or `#`: cheap, so that most addresses end here."""
    if text[-40:].isalnum():
        return True
    if "@" not in text and "#" not in text:
        return False
    at, mark = text.rfind("@") + 1, text.rfind("#") + 1
    return 0 < mark <= len(text) - 40 or (at > 0 and at <= len(text) - 40 and text[at : at + 40].isalnum())
