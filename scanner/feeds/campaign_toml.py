"""Campaign files: `rules/campaigns/<id>.toml`, written and reviewed by analysts.

The format is described in docs/campaigns.md. Everything an indicator claims must name the page that says so: an
indicator without a reference is refused, and so is one that would match what everybody has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from scanner.errors import InputError
from scanner.model import observable
from scanner.model import purl as purls
from scanner.model.advisory import Reference
from scanner.model.campaign import Actor, Attribution, Campaign, Confidence, Indicator, IndicatorType, Role, VendorNames
from scanner.shape import toml_text

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{2,80}\Z")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
_RANGE = re.compile(r"(?!\.\.\Z)(>?[^<>\s.][^<>]*?)?\.\.(<?[^<>\s.][^<>]*)?\Z")


class _Reference(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    url: str
    title: str | None = None
    publisher: str | None = None
    date: str | None = None


class _Attribution(msgspec.Struct, forbid_unknown_fields=True):
    by: str
    confidence: Confidence
    reference: str
    name: str | None = None
    wording: str | None = None


class _Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    refs: list[str]
    alone: bool = True
    note: str | None = None
    first_seen: str | None = None
    last_seen: str | None = None


class _Versioned(_Entry, kw_only=True):
    versions: list[str] | str = []
    """The bad versions, or "all" where the name itself is malicious."""
    range: str | None = None
    """`low..high`, both inclusive, where the source gives a span. An end may be open: `..2.0`, `1.0..<2.0`."""
    excluded: list[str] = []
    """With "all": versions that are good all the same; `v*` takes all that begin so."""


class _Package(_Versioned):
    purl: str
    role: Role = Role.MALICIOUS
    moved: bool = False
    """The versions are tags that pointed to the attacker's commit for a time."""


class _Digest(_Entry):
    value: str
    algorithm: Literal["md5", "sha1", "sha256", "sha512"]
    file: str | None = None


class _Value(_Entry):
    value: str
    kind: str | None = None


class _Account(_Entry):
    platform: str
    value: str
    role: str | None = None


class _Commit(_Entry):
    value: str
    repository: str | None = None


class _Product(_Versioned):
    vendor: str
    names: list[str]


class _Certificate(_Entry):
    serial: str
    subject: str | None = None


class _Indicators(msgspec.Struct, forbid_unknown_fields=True):
    packages: list[_Package] = []
    digests: list[_Digest] = []
    domains: list[_Value] = []
    ips: list[_Value] = []
    urls: list[_Value] = []
    emails: list[_Value] = []
    accounts: list[_Account] = []
    repositories: list[_Value] = []
    commits: list[_Commit] = []
    strings: list[_Value] = []
    wallets: list[_Value] = []
    paths: list[_Value] = []
    products: list[_Product] = []
    certificates: list[_Certificate] = []
    advisories: list[_Value] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    kind: Literal["state", "criminal", "unattributed"]
    summary: str
    what_to_do: str
    reference: list[_Reference]
    indicators: _Indicators
    actor: str | None = None
    nation: str = "unknown"
    aliases: list[str] = []
    first_seen: str | None = None
    last_seen: str | None = None
    ecosystems: list[str] = []
    vector: str = ""
    supersedes: list[str] = []
    techniques: list[str] = []
    attribution: list[_Attribution] = []


class _Actor(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str
    nation: str
    motive: str | None = None
    attack_id: str | None = None
    part_of: str | None = None
    names: tuple[VendorNames, ...] = ()
    sectors: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class _Actors(msgspec.Struct, forbid_unknown_fields=True):
    actor: list[_Actor]


def parse_actors(data: bytes, *, where: str) -> dict[str, Actor]:
    """`rules/actors.toml` → actors by id. Raises `InputError`."""
    decoded = _convert(toml_text.value(data, where=where), _Actors, where)
    actors = {actor.id: _named(actor) for actor in decoded.actor}
    if len(actors) != len(decoded.actor):
        raise InputError("an actor's id stands twice", where=where)
    owners: dict[str, str] = {}
    for actor in actors.values():
        if actor.part_of is not None and actor.part_of not in actors:
            raise InputError(f"it is part of {actor.part_of!r}, which is no actor", where=f"{where}: {actor.id}")
        for name in (actor.id, actor.name, *actor.aliases):
            owner = owners.setdefault(name.casefold(), actor.id)
            if owner != actor.id:
                raise InputError(
                    f"the name {name!r} is {owner}'s as well",
                    where=f"{where}: {actor.id}",
                    hint="a name finds one actor: say `part_of` for a larger group",
                )
    return actors


def _named(actor: _Actor) -> Actor:
    """With the names that vendors use as its aliases, each once."""
    aliases: dict[str, str] = {}
    for naming in actor.names:
        for name in naming.names:
            aliases.setdefault(name.casefold(), name)
    aliases.pop(actor.name.casefold(), None)
    return Actor(**msgspec.structs.asdict(actor), aliases=tuple(aliases.values()))


def parse(data: bytes, *, where: str, actors: Mapping[str, Actor]) -> Campaign:
    """One campaign file. Raises `InputError` that says which entry is wrong and why."""
    file = _convert(toml_text.value(data, where=where), _File, where)
    if not _ID.match(file.id):
        raise InputError(f"id {file.id!r} is not of lower-case letters, digits, dots and dashes", where=where)
    if file.actor is not None and file.actor not in actors:
        raise InputError(f"actor {file.actor!r} is not in actors.toml", where=where)
    addresses = {reference.id: reference.url for reference in file.reference}
    if not addresses:
        raise InputError("it has no [[reference]]", where=where, hint="no reference, no indicator")
    return Campaign(
        id=file.id,
        name=file.name,
        aliases=tuple(file.aliases),
        actor=None if file.actor is None else actors[file.actor],
        nation=file.nation,
        kind=file.kind,
        attribution=tuple(
            Attribution(
                by=claim.by,
                confidence=claim.confidence,
                reference=_address(claim.reference, addresses, f"{where}: attribution"),
                name=claim.name,
                wording=claim.wording,
            )
            for claim in file.attribution
        ),
        first_seen=_date(file.first_seen, where),
        last_seen=_date(file.last_seen, where),
        ecosystems=tuple(file.ecosystems),
        vector=file.vector,
        summary=file.summary,
        what_to_do=file.what_to_do,
        supersedes=tuple(file.supersedes),
        techniques=tuple(file.techniques),
        references=tuple(
            Reference(url=ref.url, title=ref.title, publisher=ref.publisher, date=_date(ref.date, where))
            for ref in file.reference
        ),
        indicators=tuple(_indicators(file, addresses, where)),
    )


_PLAIN: tuple[tuple[str, IndicatorType], ...] = (
    ("domains", IndicatorType.DOMAIN),
    ("ips", IndicatorType.IP),
    ("urls", IndicatorType.URL),
    ("emails", IndicatorType.EMAIL),
    ("repositories", IndicatorType.REPOSITORY),
    ("strings", IndicatorType.STRING),
    ("wallets", IndicatorType.WALLET),
    ("paths", IndicatorType.PATH),
    ("advisories", IndicatorType.ADVISORY),
)


def _indicators(file: _File, addresses: Mapping[str, str], where: str) -> Iterator[Indicator]:
    groups = file.indicators

    def common(entry: _Entry, place: str) -> dict[str, Any]:
        if not entry.refs:
            raise InputError("it names no reference", where=place, hint="no reference, no indicator")
        return {
            "campaign": file.id,
            "alone": entry.alone,
            "note": entry.note,
            "references": tuple(_address(ref, addresses, place) for ref in entry.refs),
            "first_seen": _date(entry.first_seen, place),
            "last_seen": _date(entry.last_seen, place),
        }

    def versions(entry: _Versioned, place: str) -> dict[str, Any]:
        if entry.versions == "all" and entry.range is None:
            return {"versions": None, "excluded": tuple(entry.excluded)}
        if isinstance(entry.versions, str) or not (entry.versions or entry.range):
            raise InputError("no versions", where=place, hint='write versions = "all" where the name itself is bad')
        if entry.excluded:
            raise InputError("excluded from what?", where=place, hint='`excluded` stands with versions = "all"')
        if entry.range is not None and not _RANGE.match(entry.range):
            raise InputError(f"{entry.range!r} is no range", where=place, hint="low..high, both inclusive")
        return {"versions": tuple(entry.versions), "range": entry.range}

    for entry in groups.packages:
        place = f"{where}: packages: {entry.purl}"
        parsed = purls.parse(entry.purl)
        if parsed.version is not None:
            raise InputError("the purl has a version", where=place, hint="versions stand in `versions`")
        yield Indicator(
            type=IndicatorType.PACKAGE,
            value=str(parsed),
            role=entry.role,
            moved=entry.moved,
            **versions(entry, place),
            **common(entry, place),
        )
    for digest in groups.digests:
        place = f"{where}: digests: {digest.value}"
        yield Indicator(
            type=IndicatorType.DIGEST,
            value=observable.normalise(IndicatorType.DIGEST, f"{digest.algorithm}:{digest.value}", where=place),
            algorithm=digest.algorithm,
            **{**common(digest, place), "note": digest.note or digest.file},
        )
    for group, type_ in _PLAIN:
        for value in getattr(groups, group):
            place = f"{where}: {group}: {value.value}"
            yield Indicator(
                type=type_,
                value=observable.normalise(type_, value.value, where=place),
                **{**common(value, place), "note": value.note or value.kind},
            )
    for account in groups.accounts:
        place = f"{where}: accounts: {account.value}"
        yield Indicator(
            type=IndicatorType.ACCOUNT, value=f"{account.platform.lower()}:{account.value}", **common(account, place)
        )
    for commit in groups.commits:
        place = f"{where}: commits: {commit.value}"
        yield Indicator(
            type=IndicatorType.COMMIT,
            value=observable.normalise(IndicatorType.COMMIT, commit.value, where=place),
            **{**common(commit, place), "note": commit.note or commit.repository},
        )
    for product in groups.products:
        for name in product.names:
            place = f"{where}: products: {name}"
            yield Indicator(
                type=IndicatorType.PRODUCT,
                value=name.casefold(),
                vendor=product.vendor,
                role=Role.COMPROMISED,
                **versions(product, place),
                **common(product, place),
            )
    for certificate in groups.certificates:
        place = f"{where}: certificates: {certificate.serial}"
        yield Indicator(
            type=IndicatorType.CERTIFICATE,
            value=observable.normalise(IndicatorType.CERTIFICATE, certificate.serial, where=place),
            **{**common(certificate, place), "note": certificate.note or certificate.subject},
        )


def _convert(value: Any, kind: Any, where: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise InputError(str(error), where=where) from error


def _address(reference: str, addresses: Mapping[str, str], where: str) -> str:
    try:
        return addresses[reference]
    except KeyError:
        raise InputError(f"reference {reference!r} is not among its [[reference]] entries", where=where) from None


def _date(value: str | None, where: str) -> str | None:
    if value is not None and not _DATE.match(value):
        raise InputError(f"{value!r} is not a date, month or year", where=where)
    return value
