"""STIX 2.0 and 2.1 bundles, and what a TAXII server answers: indicators, and whose they are.

https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html. Read as JSON: the stix2 library takes 25 times as long
and loses a bundle to one bad object. Observables that no indicator speaks of are looked for only where the bundle has
no indicator at all: then they are what it lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.errors import InputError
from scanner.feeds.lists import bad_versions, observables, stix_pattern
from scanner.feeds.lists.collector import Collector, Found
from scanner.feeds.lists.document import Document
from scanner.feeds.lists.observables import Context
from scanner.model.campaign import Actor, Indicator, IndicatorType

_GROUPS = ("campaign", "intrusion-set", "threat-actor", "malware", "tool", "incident", "infrastructure")
_ACTORS = ("threat-actor", "intrusion-set")
_PATHS: tuple[tuple[re.Pattern[str], IndicatorType | None], ...] = tuple(
    (re.compile(pattern), type_)
    for pattern, type_ in (
        (r"(?:file|artifact|x509-certificate):(?:.*_ref\.)?hashes\.", IndicatorType.DIGEST),
        (r"domain-name:value\Z", IndicatorType.DOMAIN),
        (r"url:value\Z", IndicatorType.URL),
        (r"ipv[46]-addr:value\Z", IndicatorType.IP),
        (r"email-addr:value\Z|email-message:(?:from|sender)_ref\.value\Z", IndicatorType.EMAIL),
        (r"file:name\Z|file:(?:parent_directory_ref|x_).*path\Z|directory:path\Z", IndicatorType.PATH),
        (r"process:(?:command_line|name)\Z|windows-registry-key:key\Z|mutex:name\Z", IndicatorType.STRING),
        (r"email-message:subject\Z|network-traffic:.*user.agent", IndicatorType.STRING),
        (r"user-account:(?:account_login|user_id|display_name)\Z", IndicatorType.ACCOUNT),
        (r"x509-certificate:serial_number\Z", IndicatorType.CERTIFICATE),
        (r"software:cpe\Z", IndicatorType.PRODUCT),
        # An address, by name or by number: seen what it looks like.
        (r"network-traffic:(?:dst|src)_ref\.value\Z|domain-name:resolves_to_refs", None),
    )
)  # fmt: skip
_WEAK = frozenset((IndicatorType.PATH, IndicatorType.STRING, IndicatorType.ACCOUNT))
"""Types that prove nothing where another condition has to hold beside them."""


def recognise(document: Document) -> bool:
    return bool(_objects(document.json))


def _objects(value: Any) -> list[Any]:
    """The objects of a bundle, of a TAXII envelope, or of a bare array."""
    if isinstance(value, dict):
        objects = value.get("objects")
        if isinstance(objects, list) and (value.get("type") == "bundle" or _are_stix(objects)):
            return objects
        return [value] if _are_stix([value]) else []
    return value if isinstance(value, list) and _are_stix(value) else []


def _are_stix(values: Sequence[Any]) -> bool:
    return bool(values) and all(
        isinstance(one, dict) and isinstance(one.get("type"), str) and str(one.get("id")).startswith(f"{one['type']}--")
        for one in values[:3]
    )


def read(document: Document, into: Collector) -> None:
    objects = _objects(document.json)
    by_id = {one["id"]: one for one in objects if isinstance(one, dict) and isinstance(one.get("id"), str)}
    whose = _whose(objects, by_id)
    _name(objects, into)
    bare = not any(isinstance(one, dict) and one.get("type") == "indicator" for one in objects)
    for number, one in enumerate(objects, 1):
        into.record(number, _found(one, into, number, whose, bare=bare))


def _found(one: Any, into: Collector, number: int, whose: Mapping[str, list[str]], *, bare: bool) -> Iterator[Found]:
    if not isinstance(one, dict) or not isinstance(one.get("type"), str):
        raise InputError("no STIX object")
    type_, id_ = one["type"], _text(one, "id")
    name = _text(one, "name") or _text(one, "description")[:120]
    if type_ == "indicator":
        note = "; ".join(filter(None, (name, ", ".join(whose.get(id_, ())))))[:300] or None
        common = into.common(number, note, _references(one))
        common |= {"first_seen": _date(one.get("valid_from")), "last_seen": _date(one.get("valid_until"))}
        yield from _indicator(one, common)
        return
    if bare and (plain := _observable(one)):
        common = into.common(number, id_)
        for path, value in plain:
            yield from _compared(path, value, common)
        return
    yield f"{type_} {name}".strip()[:200]


def _indicator(one: Mapping[str, Any], common: dict[str, Any]) -> Iterator[Found]:
    if one.get("revoked") is True:
        yield f"{_text(one, 'id')} was revoked: not looked for"
        return
    pattern, language = _text(one, "pattern"), _text(one, "pattern_type") or "stix"
    if language != "stix":
        raise InputError(f"a pattern in {language}, which we do not read: {pattern[:160]!r}")
    try:
        parsed = stix_pattern.parse(pattern)
    except InputError as error:
        raise InputError(f"{error.what}: {pattern[:160]!r}") from error
    for comparison in parsed.comparisons:
        try:
            for item in _compared(comparison.path, comparison.value, common):
                if isinstance(item, Indicator) and (comparison.joined or parsed.unused) and item.type in _WEAK:
                    yield _weakened(item)
                else:
                    yield item
        except InputError as error:
            yield InputError(f"{error.what}: {pattern[:160]!r}")
    for part in parsed.unused:
        yield InputError(f"not looked for, as it is no comparison for equality: {part!r}")


def _weakened(indicator: Indicator) -> Indicator:
    import msgspec

    return msgspec.structs.replace(indicator, alone=False)


def _compared(path: str, value: str, common: dict[str, Any]) -> Iterator[Found]:
    if path.startswith("software:") and path.endswith((":name", ":purl")):
        if value.startswith("pkg:"):
            yield from observables.package(value, Context(), common, bad_versions.NOTHING)
        else:
            yield from observables.typed(IndicatorType.PRODUCT, value, common)
        return
    for pattern, type_ in _PATHS:
        if pattern.match(path) is None:
            continue
        if type_ is None:
            yield from observables.guess(value, Context(), common)
        elif type_ is IndicatorType.DIGEST and not _known_algorithm(path):
            yield f"{path} = {value[:80]}: a digest of a kind that is not looked for"
        else:
            yield from observables.typed(type_, value, common)
        return
    yield f"{path} = {value[:80]}: not looked for"


def _known_algorithm(path: str) -> bool:
    name = re.sub(r"[^a-z0-9]", "", path.rpartition("hashes.")[2].casefold())
    return name in ("md5", "sha1", "sha256", "sha384", "sha512")


def _observable(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(path, value) of a cyber-observable object."""
    type_ = one["type"]
    pairs = [(f"{type_}:hashes.{name}", value) for name, value in _mapping(one, "hashes").items()]
    if type_ in ("domain-name", "url", "ipv4-addr", "ipv6-addr", "email-addr"):
        pairs.append((f"{type_}:value", one.get("value")))
    elif type_ == "file" and not pairs:
        pairs.append(("file:name", one.get("name")))
    elif type_ == "software":
        pairs.append(
            (
                "software:purl" if str(one.get("name")).startswith("pkg:") else "software:cpe",
                one.get("cpe") or one.get("name"),
            )
        )
    elif type_ == "user-account":
        pairs.append(("user-account:account_login", one.get("account_login")))
    return [(path, value) for path, value in pairs if isinstance(value, str) and value]


def _whose(objects: Sequence[Any], by_id: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Indicator → the campaigns, malware and actors that it indicates, in words."""
    indicates: dict[str, list[str]] = {}
    attributed: dict[str, list[str]] = {}
    for one in objects:
        if not isinstance(one, dict) or one.get("type") != "relationship":
            continue
        source, target, kind = _text(one, "source_ref"), _text(one, "target_ref"), one.get("relationship_type")
        if by_id.get(target, {}).get("type") not in _GROUPS:
            continue
        if kind == "indicates":
            indicates.setdefault(source, []).append(target)
        elif kind in ("attributed-to", "uses"):
            attributed.setdefault(source if kind == "attributed-to" else target, []).append(
                target if kind == "attributed-to" else source
            )
    out: dict[str, list[str]] = {}
    for indicator, targets in indicates.items():
        names: dict[str, None] = {}
        for target in targets[:20]:
            behind = [_text(by_id.get(one, {}), "name") for one in attributed.get(target, ())[:5]]
            text = f"{by_id[target]['type']} {_text(by_id[target], 'name')}"
            names[f"{text}, attributed to {' and '.join(filter(None, behind))}" if any(behind) else text] = None
        out[indicator] = list(names)
    return out


def _name(objects: Sequence[Any], into: Collector) -> None:
    """The list's own name and actor, where the bundle speaks of one alone."""
    named: dict[str, list[Mapping[str, Any]]] = {}
    for one in objects:
        if isinstance(one, dict) and one.get("type") in (*_GROUPS, "report", "grouping") and _text(one, "name"):
            named.setdefault(one["type"], []).append(one)
    for type_ in ("campaign", "report", "grouping", "intrusion-set", "threat-actor", "malware"):
        if len(named.get(type_, ())) == 1:
            into.title = _text(named[type_][0], "name")
            break
    actors = [one for type_ in _ACTORS for one in named.get(type_, ())]
    if len({_text(one, "name") for one in actors}) == 1:
        aliases = tuple(one for one in actors[0].get("aliases") or () if isinstance(one, str))
        into.actor = Actor(id=_text(actors[0], "id"), name=_text(actors[0], "name"), nation="unknown", aliases=aliases)


def _references(one: Mapping[str, Any]) -> tuple[str, ...]:
    found = one.get("external_references")
    urls = (ref.get("url") for ref in found if isinstance(ref, dict)) if isinstance(found, list) else ()
    return tuple(url for url in urls if isinstance(url, str))[:5]


def _text(one: Mapping[str, Any], key: str) -> str:
    value = one.get(key)
    return value if isinstance(value, str) else ""


def _mapping(one: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = one.get(key)
    return value if isinstance(value, dict) else {}


def _date(value: Any) -> str | None:
    return value[:10] if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value) else None
