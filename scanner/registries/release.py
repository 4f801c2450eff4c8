"""What a registry says of one version: where its artefact lies, its digests, and the facts around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urljoin

import msgspec

from scanner import versions as versioning
from scanner.display import address
from scanner.errors import InputError
from scanner.model.ecosystem import BY_TYPE
from scanner.model.purl import Purl
from scanner.model.released import ReleaseState
from scanner.shape import times

_EARLY = re.compile(r"-|\d\.?(?:a|b|c|rc|dev)\d")
"""Pre-releases of semver and PEP 440."""


class ReleaseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds a release. `None` and () mean that the registry says nothing of it."""

    published: datetime | None = None
    taken_in: bool = False
    """`published` is when a mirror took it in, as it does for the first person who asks: the release may be older."""
    repository: str | None = None
    maintainers: tuple[str, ...] = ()
    attested: bool | None = None
    """Whether the registry holds a provenance attestation; that it is there, not that it was verified."""
    publisher: str | None = None
    """The account that published this version."""
    withdrawn: str | None = None
    """Yanked, deprecated or abandoned, in the registry's words."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One artefact of a version."""

    url: str
    """Where it is served, as the registry says: another's words, to be judged before it is followed."""
    file: str
    digests: tuple[str, ...] = ()
    """As `Component.digests`; empty where the registry publishes none."""
    facts: ReleaseFacts = ReleaseFacts()
    attestation: str | None = None
    """Where its attestation is served, as the registry says: another's words as well."""
    others: tuple[Release, ...] = ()
    """Further files of the version, any of which a lockfile may mean."""
    wrapper: str = ""
    """The folders that hold everything in the artefact, where they are more than one deep; ends with a slash."""


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """That the registry does not serve a version."""

    what: str
    hint: str | None = None
    state: ReleaseState = ReleaseState.ABSENT
    """`PRESENT` where it has the version, and no file of it such as was asked for."""


class Ask(Protocol):
    """Fetches metadata: the body, or `None` where there is none at that address."""

    def __call__(self, url: str, *, accept: str = "application/json") -> bytes | None: ...


def time(text: object) -> datetime | None:
    """An RFC 3339 time, in UTC; `None` for anything else."""
    return times.utc(text) if isinstance(text, str) else None


def words(value: object) -> str | None:
    """A text that is not empty, or `None`."""
    return value if isinstance(value, str) and value.strip() else None


def joined(base: str, url: str) -> str:
    """An address as the document at `base` gives it, in full. Raises `InputError` where it is none."""
    try:
        return urljoin(base, url)
    except ValueError as error:
        raise InputError(f"no address: {url!r}", where=address(base)) from error


def repository(value: Any) -> str | None:
    """`{"url": …}` or the address itself, in the spelling of its author."""
    return words(value.get("url") if isinstance(value, dict) else value)


def below(purl: Purl, versions: Iterable[str]) -> str | None:
    """Of some versions the highest below the purl's; pre-releases only where it is one itself."""
    scheme = versioning.scheme(BY_TYPE.get(purl.type, ""))
    if scheme is None or purl.version is None:
        return None
    wanted = scheme.key(purl.version)
    early = _EARLY.search(purl.version)
    under = [one for one in versions if scheme.key(one) < wanted and (early or not _EARLY.search(one))]
    return max(under, key=scheme.key, default=None)


def removed(purl: Purl, published: datetime | None = None) -> Missing:
    """The registry had it."""
    when = f" on {published:%Y-%m-%d}" if published is not None else ""
    return Missing(
        what=f"version {purl.version} was published{when} and has been removed since",
        hint="malicious releases get removed: treat it as one until you know better; a copy: --pristine FOLDER",
        state=ReleaseState.REMOVED,
    )


def no_version(purl: Purl, versions: Iterable[str], *, never: bool = False) -> Missing:
    """The package is there, the version is not; `never`: the registry would know if it had ever been."""
    near = _neighbours(purl, versions)
    return Missing(
        state=ReleaseState.NEVER_PUBLISHED if never else ReleaseState.ABSENT,
        what=f"the registry has no version {purl.version}",
        hint=(f"near it are {', '.join(near)}; " if near else "")
        + "a version that was removed was often malicious; a copy of yours: --pristine FOLDER",
    )


def _neighbours(purl: Purl, versions: Iterable[str]) -> list[str]:
    """The two before it and the two behind it."""
    scheme = versioning.scheme(BY_TYPE.get(purl.type, ""))
    if scheme is None:
        return []
    ordered = sorted(versions, key=scheme.key)
    wanted = scheme.key(purl.version or "")
    place = sum(scheme.key(version) < wanted for version in ordered)
    return ordered[max(0, place - 2) : place + 2]


def no_package() -> Missing:
    """The registry does not know the package."""
    return Missing(
        what="the registry does not know the package",
        hint="check name and registry of your client",
        state=ReleaseState.NO_PACKAGE,
    )
