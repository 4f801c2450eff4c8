"""MISP events, as exported or as a feed serves them, and a feed's manifest.

https://www.misp-standard.org/rfc/misp-standard-core.html. An attribute that its author does not mean for detection
(`to_ids` false) only strengthens other findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.feeds.lists import bad_versions, observables, words
from scanner.feeds.lists.collector import Collector, Found
from scanner.feeds.lists.document import Document
from scanner.feeds.lists.observables import Context
from scanner.model.campaign import Actor, Indicator, IndicatorType

_TYPES: dict[IndicatorType, str] = {
    IndicatorType.DIGEST: "md5 sha1 sha256 sha384 sha512 x509-fingerprint-md5 x509-fingerprint-sha1 "
    "x509-fingerprint-sha256",
    IndicatorType.DOMAIN: "domain hostname",
    IndicatorType.IP: "ip-src ip-dst",
    IndicatorType.URL: "url uri link-malicious",
    IndicatorType.EMAIL: "email email-src email-dst email-reply-to whois-registrant-email dns-soa-email",
    IndicatorType.PATH: "filename filename-pattern",
    IndicatorType.STRING: "user-agent mutex regkey pattern-in-file pattern-in-traffic named-pipe http-method "
    "process-state windows-service-name jarm-fingerprint",
    IndicatorType.WALLET: "btc xmr dash",
    IndicatorType.ACCOUNT: "github-username github-organisation target-user",
    IndicatorType.REPOSITORY: "github-repository",
    IndicatorType.COMMIT: "git-commit-id",
    IndicatorType.PRODUCT: "cpe",
    IndicatorType.ADVISORY: "vulnerability",
}
_BY_NAME = {name: type_ for type_, names in _TYPES.items() for name in names.split()}
_PORTED = frozenset(("ip-src|port", "ip-dst|port", "hostname|port"))


def recognise(document: Document) -> bool:
    return bool(_events(document.json)) or _is_manifest(document.json)


def _events(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("Event"), dict):
            return [value["Event"]]
        value = value.get("response")
        if isinstance(value, dict) and isinstance(value.get("Attribute"), list):
            return [value]  # a search for attributes
    if not isinstance(value, list):
        return []
    return [one["Event"] for one in value if isinstance(one, dict) and isinstance(one.get("Event"), dict)]


def _is_manifest(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(one, dict) and "info" in one and ("Orgc" in one or "timestamp" in one) for one in value.values()
        )
    )


def read(document: Document, into: Collector) -> None:
    events = _events(document.json)
    number = 0
    for event in events:
        if len(events) == 1:
            into.title = _text(event, "info") or None
            into.actor = _actor(event)
        for attribute, about in _attributes(event):
            number += 1
            into.record(number, _found(attribute, into, number, event, about))
        for package, about in _packages(event):
            number += 1
            into.record(number, _package(package, into, number, about))
    if not events:
        for number, (uuid, one) in enumerate(document.json.items(), 1):
            into.record(
                number, [f"event {uuid} ({str(one.get('info'))[:120]}) stands in {uuid}.json, beside the manifest"]
            )
    elif not number:
        into.remark(1, "the event has no attributes")


def _attributes(event: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    for one in _list(event, "Attribute"):
        yield one, ""
    for item in _list(event, "Object"):
        if isinstance(item, dict) and not _is_package(item):
            for one in _list(item, "Attribute"):
                yield one, _text(item, "name")


def _packages(event: Mapping[str, Any]) -> Iterator[tuple[dict[str, list[str]], str]]:
    """Objects that describe a package: their attributes mean something together only."""
    for item in _list(event, "Object"):
        if isinstance(item, dict) and _is_package(item):
            relations: dict[str, list[str]] = {}
            for one in _list(item, "Attribute"):
                if isinstance(one, dict):
                    relations.setdefault(_text(one, "object_relation"), []).append(_text(one, "value"))
            yield relations, _text(item, "name")


def _is_package(item: Mapping[str, Any]) -> bool:
    return "package" in _text(item, "name").casefold()


def _package(relations: Mapping[str, list[str]], into: Collector, number: int, about: str) -> Iterator[Found]:
    common = into.common(number, about)
    versions = bad_versions.parse(", ".join(relations.get("version", ())))
    type_ = words.purl_type((relations.get("ecosystem") or relations.get("package-manager") or [about])[0])
    names = (
        relations.get("purl") or relations.get("package-url") or relations.get("name") or relations.get("package-name")
    )
    if not names:
        raise InputError(f"the object {about!r} names no package")
    for name in names:
        yield from observables.package(name, Context(ecosystem=type_, sure=type_ is not None), common, versions)


def _found(one: Any, into: Collector, number: int, event: Mapping[str, Any], about: str) -> Iterator[Found]:
    if not isinstance(one, dict):
        raise InputError("no attribute")
    type_, value = _text(one, "type"), _text(one, "value").strip()
    if one.get("deleted") in (True, "1"):
        yield f"{type_} {value[:80]} was deleted: not looked for"
        return
    note = "; ".join(filter(None, (_text(one, "comment"), about, _text(event, "info"))))[:300] or None
    common = into.common(number, note)
    common |= {"first_seen": _text(one, "first_seen")[:10] or None, "last_seen": _text(one, "last_seen")[:10] or None}
    for item in _read(type_, value, common):
        if isinstance(item, Indicator) and one.get("to_ids") in (False, "0", 0):
            yield msgspec.structs.replace(item, alone=False)
        else:
            yield item


def _read(type_: str, value: str, common: dict[str, Any]) -> Iterator[Found]:
    if not value:
        raise InputError(f"an attribute of type {type_!r} without value")
    if type_ in _PORTED:
        yield from observables.guess(value.replace("|", ":"), Context(), common)
        return
    known = False
    for name, part in zip(type_.split("|"), value.split("|"), strict=False):
        if (found := _BY_NAME.get(name)) is not None:
            known = True
            yield from observables.typed(found, part, common)
    if value.startswith("pkg:"):
        yield from observables.package(value, Context(), common)
    elif not known:
        yield f"{type_} {value[:80]}: not looked for"


def _actor(event: Mapping[str, Any]) -> Actor | None:
    """The threat actor by the event's galaxy clusters or tags, where they name one alone."""
    names: dict[str, None] = {}
    for holder in (event, *_list(event, "Attribute")):
        for tag in _list(holder, "Tag") if isinstance(holder, dict) else ():
            text = _text(tag, "name") if isinstance(tag, dict) else ""
            if text.startswith("misp-galaxy:threat-actor="):
                names[text.partition("=")[2].strip('"')] = None
    return Actor(id=next(iter(names)), name=next(iter(names)), nation="unknown") if len(names) == 1 else None


def _list(one: Mapping[str, Any], key: str) -> list[Any]:
    value = one.get(key)
    return value if isinstance(value, list) else []


def _text(one: Mapping[str, Any], key: str) -> str:
    value = one.get(key)
    return value if isinstance(value, str) else ""
