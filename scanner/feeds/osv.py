"""OSV records: one JSON document → one `Advisory`.

Spec: https://ossf.github.io/osv-schema/. Real feeds hold `null` where a list belongs, fields that nobody declared, and
GIT ranges beside the ones that name versions; all of that is read. Whether a record reports malice is decided by who
says so (ids, aliases, origin, CWE-506), never by its severity: a compromise has no score.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model import cvss
from scanner.model.advisory import (
    Advisory,
    AdvisoryKind,
    Affected,
    Event,
    EventKind,
    GitRange,
    Reference,
    VersionRange,
)
from scanner.model.ecosystem import Identity, normalise_name
from scanner.shape import json_text

GIT = "GIT"
"""Ecosystem under which a record that names only a repository is filed."""

_MALICIOUS_IDS = ("MAL-", "LWA-")
# Embedded malicious code, and those of its kinds that no honest mistake is filed under.
_MALICIOUS_CWES = frozenset(("CWE-506", "CWE-507", "CWE-508", "CWE-509"))


class _Package(msgspec.Struct, gc=False):
    ecosystem: str | None = None
    name: str | None = None


class _Event(msgspec.Struct, gc=False):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class _Range(msgspec.Struct):
    type: str | None = None
    repo: str | None = None
    events: list[_Event] | None = None


class _Severity(msgspec.Struct, gc=False):
    type: str | None = None
    score: str | None = None


class _Affected(msgspec.Struct):
    package: _Package | None = None
    ranges: list[_Range] | None = None
    versions: list[str] | None = None
    severity: list[_Severity] | None = None
    # Free-form by the schema: any shape is allowed, and looked into with care.
    ecosystem_specific: Any = None
    database_specific: Any = None


class _Reference(msgspec.Struct, gc=False):
    url: str | None = None


class _Record(msgspec.Struct):
    id: str | None = None
    modified: str | None = None
    published: str | None = None
    withdrawn: str | None = None
    aliases: list[str] | None = None
    related: list[str] | None = None
    summary: str | None = None
    details: str | None = None
    severity: list[_Severity] | None = None
    affected: list[_Affected] | None = None
    references: list[_Reference] | None = None
    database_specific: Any = None


_decoder = msgspec.json.Decoder(_Record)


def parse(data: bytes, *, where: str) -> Advisory:
    """Read one record. Raises `InputError` that names it when it is no record, or has no id or nothing affected."""
    try:
        record = _decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        # The slow way: knows more encodings, and says where a document breaks.
        record = json_text.typed(data, _Record, where=where)
    return _advisory(record, where)


def from_value(record: Any, *, where: str) -> Advisory:
    """The same for a record that was decoded already (plain dicts and lists)."""
    try:
        return _advisory(msgspec.convert(record, _Record), where)
    except msgspec.ValidationError as error:
        raise InputError(f"unexpected content: {error}", where=where) from error


def _advisory(record: _Record, where: str) -> Advisory:
    if not record.id:
        raise InputError("a record without id", where=where)
    entries = record.affected or []
    aliases, related = tuple(record.aliases or ()), tuple(record.related or ())
    specifics = _specifics(record, entries)
    kind = AdvisoryKind.MALICIOUS if _is_malicious(record, entries, specifics) else AdvisoryKind.VULNERABILITY
    affected = tuple(_all_affected(record.id, kind, entries))
    severity = _severity(record, entries)
    if not affected and not record.withdrawn:
        raise InputError(f"{record.id} names no affected package", where=where)
    return Advisory(
        id=record.id,
        kind=kind,
        modified=record.modified or "",
        published=record.published,
        withdrawn=record.withdrawn,
        aliases=aliases,
        related=related,
        summary=record.summary or "",
        details=record.details or "",
        severity=severity,
        score=cvss.highest(vector for _, vector in severity),
        severity_word=_severity_word(specifics),
        references=tuple(Reference(url=reference.url) for reference in record.references or () if reference.url),
        affected=affected,
        origins=_origins(specifics),
    )


def _all_affected(id_: str, kind: AdvisoryKind, entries: list[_Affected]) -> Iterator[Affected]:
    for entry in entries:
        ranges, git_ranges = _ranges(entry.ranges or [])
        package = entry.package
        if package is not None and package.ecosystem and package.name:
            yield Affected(
                identity=Identity(package.ecosystem, normalise_name(package.ecosystem, package.name)),
                spelled=package.name,
                advisory=id_,
                kind=kind,
                versions=tuple(entry.versions or ()),
                ranges=ranges,
                git_ranges=git_ranges,
            )
            continue
        for git_range in git_ranges:
            if git_range.repository:
                yield Affected(
                    identity=Identity(GIT, repository_name(git_range.repository)),
                    spelled=git_range.repository,
                    advisory=id_,
                    kind=kind,
                    versions=tuple(entry.versions or ()),
                    git_ranges=(git_range,),
                )


def repository_name(url: str) -> str:
    """A repository's address as a name: `github.com/owner/name`, whatever the protocol."""
    return normalise_name("SwiftURL", url.strip().removeprefix("git+").removeprefix("git://"))


def _ranges(ranges: list[_Range]) -> tuple[tuple[VersionRange, ...], tuple[GitRange, ...]]:
    # Kept apart, so that a GIT range that stands first never hides the versions behind it.
    versions, git = [], []
    for range_ in ranges:
        events = tuple(_events(range_.events or []))
        if not events:
            continue
        if range_.type == "GIT" or (not range_.type and range_.repo):
            git.append(GitRange(range_.repo or "", events))
        else:
            versions.append(VersionRange(events))
    return tuple(versions), tuple(git)


def _events(events: list[_Event]) -> Iterator[Event]:
    for event in events:
        if event.introduced is not None:
            yield Event(EventKind.INTRODUCED, event.introduced)
        if event.fixed is not None:
            yield Event(EventKind.FIXED, event.fixed)
        if event.last_affected is not None:
            yield Event(EventKind.LAST_AFFECTED, event.last_affected)
        if event.limit is not None:
            yield Event(EventKind.LIMIT, event.limit)


def _specifics(record: _Record, entries: list[_Affected]) -> list[dict[str, Any]]:
    """Every free-form part that is an object."""
    parts = [record.database_specific]
    for entry in entries:
        parts += (entry.database_specific, entry.ecosystem_specific)
    return [part for part in parts if isinstance(part, dict)]


def _is_malicious(record: _Record, entries: list[_Affected], specifics: list[dict[str, Any]]) -> bool:
    ids = (record.id or "", *(record.aliases or ()))
    if any(id_.startswith(_MALICIOUS_IDS) for id_ in ids):
        return True
    if any(_marked(specific) for specific in specifics):
        return True
    # The title that the malicious-packages project gives, which other databases repeat without any other mark.
    title = (record.summary or "").strip()
    return any(
        title in (f"Malicious code in {entry.package.name}", f"Malicious code in {entry.package.name} ({family})")
        for entry in entries
        if entry.package is not None and entry.package.name
        for family in ((entry.package.ecosystem or "").partition(":")[0],)
    )


def _marked(specific: dict[str, Any]) -> bool:
    """Whether the database itself says malware, each in its own words: OSSF, RustSec, Leitwacht, GitHub."""
    if specific.get("malicious-packages-origins") or specific.get("type") == "malware":
        return True
    if "malicious" in _list(specific, "categories"):
        return True
    leitwacht = specific.get("leitwacht")
    if isinstance(leitwacht, dict) and leitwacht.get("category") == "malware":
        return True
    weaknesses = [*_list(specific, "cwe_ids"), *_list(specific, "cwes")]
    return any(
        (weakness.get("cweId") if isinstance(weakness, dict) else weakness) in _MALICIOUS_CWES
        for weakness in weaknesses
        if isinstance(weakness, dict | str)
    )


def _list(specific: dict[str, Any], key: str) -> list[Any]:
    value = specific.get(key)
    return value if isinstance(value, list) else []


def _origins(specifics: list[dict[str, Any]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for specific in specifics:
        for origin in _list(specific, "malicious-packages-origins"):
            source = origin.get("source") if isinstance(origin, dict) else None
            if isinstance(source, str) and source:
                found[source] = None
        if "leitwacht" in specific:
            found["leitwacht"] = None
    return tuple(found)


def _severity(record: _Record, entries: list[_Affected]) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for severities in (record.severity, *(entry.severity for entry in entries)):
        for severity in severities or ():
            if severity.type and severity.score:
                found[severity.type, severity.score] = None
    return tuple(found)


def _severity_word(specifics: list[dict[str, Any]]) -> str | None:
    for specific in specifics:
        word = specific.get("severity")
        if isinstance(word, str) and word:
            return word
    return None
