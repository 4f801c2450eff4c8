"""Which components could any question hit? Asked of what is remembered of a file, without the components themselves.

A hunt looks for few things in very many files. `Traits` is the little that the questions of this folder look up of a
file's components; `Sieve` says which of them are worth asking. It lets through too much rather than too little: what it
lets through is then asked properly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from scanner.intel.indicators import package_key
from scanner.matching import addresses, products
from scanner.matching.knowledge import Knowledge
from scanner.matching.packages import unpublished
from scanner.model.campaign import IndicatorType
from scanner.model.component import Component
from scanner.model.digest import hexadecimal
from scanner.model.ecosystem import Identity, identity

_DIGITS = 16
"""Hex digits of a digest that are remembered: enough that a false candidate is rare."""
_ANYONE = "VSCode\0"


class Traits(msgspec.Struct, frozen=True, array_like=True):
    """What the questions look up of one file's components, by their positions."""

    packages: tuple[str, ...]
    """For each component the key under which packages are filed; "" where there is none."""
    digests: tuple[str, ...]
    digest_of: tuple[int, ...]
    hosts: dict[str, tuple[int, ...]]
    commits: dict[str, tuple[int, ...]]
    products: dict[str, tuple[int, ...]]


def traits(components: Sequence[Component]) -> Traits:
    """What is to be remembered of these components."""
    keys: list[str] = []
    found: list[str] = []
    found_of: list[int] = []
    hosts: dict[str, list[int]] = {}
    commits: dict[str, list[int]] = {}
    names: dict[str, list[int]] = {}
    for place, component in enumerate(components):
        who = None if component.purl is None else identity(component.purl)
        keys.append("" if who is None else package_key(who))
        for digest in component.digests:
            key = hexadecimal(digest)
            if key is not None:
                found.append(_short(key))
                found_of.append(place)
        its_hosts, its_commits = addresses.hosts_and_commits(component)
        for host in its_hosts:
            hosts.setdefault(host, []).append(place)
        for commit in its_commits:
            commits.setdefault(commit, []).append(place)
        for name in products.names(component) | {products.cpe_parts(cpe)[1] for cpe in component.cpes}:
            names.setdefault(name, []).append(place)
    return Traits(tuple(keys), tuple(found), tuple(found_of), _frozen(hosts), _frozen(commits), _frozen(names))


def _frozen(places: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(value) for key, value in places.items()}


def _short(key: str) -> str:
    algorithm, _, digits = key.partition(":")
    return f"{algorithm}:{digits[:_DIGITS]}"


class Sieve:
    """What is looked for, in the terms of `Traits`."""

    def __init__(self, knowledge: Knowledge, *, shared: Callable[[str], bool]) -> None:
        """`shared` says of a host that everybody's packages come from it: its name gives nobody away."""
        self._packages = knowledge.keys(IndicatorType.PACKAGE)
        self._extensions = any(key.startswith(_ANYONE) for key in self._packages)
        self._digests = frozenset(map(_short, knowledge.keys(IndicatorType.DIGEST)))
        self._products = knowledge.keys(IndicatorType.PRODUCT)
        self._commits = knowledge.keys(IndicatorType.COMMIT)
        self._domains = knowledge.keys(IndicatorType.DOMAIN)
        self._named = {
            addresses.host(address)
            for type_ in (IndicatorType.IP, IndicatorType.URL, IndicatorType.REPOSITORY)
            for address in knowledge.keys(type_)
        }
        self._shared = shared
        self._hosts: dict[str, bool] = {}
        self.refused: set[str] = set()
        """Domains on the lists that are, or hold, a host from which everybody's packages come."""

    def keep(self, known: Traits) -> list[int]:
        """The positions of the components that are worth asking about, in order."""
        kept: set[int] = set()
        bad = self._packages.intersection(known.packages)
        if bad:
            kept.update(place for place, key in enumerate(known.packages) if key in bad)
        if self._extensions:
            kept.update(place for place, key in enumerate(known.packages) if self._is_extension(key))
        if not self._digests.isdisjoint(known.digests):
            of = zip(known.digests, known.digest_of, strict=True)
            kept.update(place for digest, place in of if digest in self._digests)
        kept.update(_places(known.commits, self._commits.intersection(known.commits)))
        kept.update(_places(known.products, self._products.intersection(known.products)))
        kept.update(_places(known.hosts, [host for host in known.hosts if self._is_host(host)]))
        return sorted(kept)

    def _is_extension(self, key: str) -> bool:
        return key.startswith(_ANYONE) and _unpublished_key(key) in self._packages

    def _is_host(self, host: str) -> bool:
        answer = self._hosts.get(host)
        if answer is None:
            answer = self._hosts[host] = host in self._named or self._in_domain(host)
        return answer

    def _in_domain(self, host: str) -> bool:
        within = [parent for parent in _parents(host) if parent in self._domains]
        if within and self._shared(host):
            self.refused.update(within)
            return False
        return bool(within)


def _places(of: dict[str, tuple[int, ...]], keys: Iterable[str]) -> Iterable[int]:
    return (place for key in keys for place in of[key])


def _parents(host: str) -> Iterable[str]:
    while "." in host:
        yield host
        host = host.partition(".")[2]


def _unpublished_key(key: str) -> str | None:
    """As `packages.unpublished`, for the key of an extension."""

    bare = unpublished(Identity("VSCode", key.removeprefix(_ANYONE)))
    return None if bare is None else package_key(bare)
