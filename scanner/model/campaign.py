"""Campaigns, who is behind them according to whom, and the indicators that betray them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.model.advisory import Reference


class IndicatorType(StrEnum):
    PACKAGE = "package"
    """A purl without version, beside versions or "all"."""
    DIGEST = "digest"
    DOMAIN = "domain"
    IP = "ip"
    URL = "url"
    EMAIL = "email"
    ACCOUNT = "account"
    REPOSITORY = "repository"
    COMMIT = "commit"
    STRING = "string"
    WALLET = "wallet"
    PATH = "path"
    CERTIFICATE = "certificate"
    PRODUCT = "product"
    ADVISORY = "advisory"
    """The id of a published record: a hit of it belongs to the campaign."""


class Role(StrEnum):
    """What a package is in a campaign."""

    MALICIOUS = "malicious"
    """Made for the attack."""
    COMPROMISED = "compromised"
    """An honest package, of which some versions were taken over."""
    SLEEPER = "sleeper"
    BAIT = "bait"


class Confidence(StrEnum):
    SUSPECTED = "suspected"
    LIKELY = "likely"
    CONFIRMED = "confirmed"


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's statement of who did it. Quoted, never adopted."""

    by: str
    confidence: Confidence
    reference: str
    """Address of the page that says so."""
    name: str | None = None
    """The name that this vendor uses for the actor."""
    wording: str | None = None
    """How it was put, where the three words of `Confidence` lose something: "no government has attributed it"."""


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """One observable."""

    type: IndicatorType
    value: str
    """Normalised: lower-case hex, refanged domain, purl without version, …"""
    campaign: str
    versions: tuple[str, ...] | None = None
    """Packages and products: the bad versions; `None` where the name itself is malicious (every version)."""
    range: str | None = None
    """Packages and products: a further span of bad versions, `low..high`, both inclusive. An end may be open (`..2.0`),
    and `<` before the higher or `>` before the lower leaves that end out (`1.0..<2.0`)."""
    excluded: tuple[str, ...] = ()
    """Where `versions` is `None`: those that are said to be good all the same. `v*` takes all that begin so."""
    hint: bool = False
    """Only the package's name is published, not which versions are bad: never certain."""
    moved: bool = False
    """The versions are tags that pointed to the attacker's commit for a time: which one ran is not known."""
    role: Role = Role.MALICIOUS
    algorithm: str | None = None
    """Digests: md5, sha1, sha256, sha512."""
    vendor: str | None = None
    """Products: who makes it."""
    alone: bool = True
    """False where it proves nothing by itself (shared hosting, common name): it only strengthens another finding."""
    note: str | None = None
    references: tuple[str, ...] = ()
    """Addresses of the pages that name it; never empty."""
    first_seen: str | None = None
    last_seen: str | None = None


class VendorNames(msgspec.Struct, frozen=True):
    """What one vendor, or one list of others' names, calls an actor."""

    by: str
    names: tuple[str, ...]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind a campaign, under all names."""

    id: str
    name: str
    nation: str
    """ISO 3166 code, or "unknown"."""
    motive: str | None = None
    attack_id: str | None = None
    """MITRE ATT&CK group."""
    part_of: str | None = None
    """Id of the larger group that reporting files it under. That group's names are no aliases of this one."""
    names: tuple[VendorNames, ...] = ()
    """Who calls it what."""
    aliases: tuple[str, ...] = ()
    """Every name but `name`, each once whatever its capitals."""
    sectors: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A named attack."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    actor: Actor | None = None
    nation: str = "unknown"
    kind: str = "unattributed"
    """state, criminal or unattributed."""
    attribution: tuple[Attribution, ...] = ()
    first_seen: str | None = None
    """ISO date, or a part of one: "2026-03"."""
    last_seen: str | None = None
    ecosystems: tuple[str, ...] = ()
    vector: str = ""
    summary: str = ""
    what_to_do: str = ""
    supersedes: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    """MITRE ATT&CK techniques, software and campaigns."""
    references: tuple[Reference, ...] = ()
    indicators: tuple[Indicator, ...] = ()
