"""OSV records: one, several in an array, one a line, or the answer of OSV's query service (`vulns`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner import versions
from scanner.errors import InputError
from scanner.feeds import osv
from scanner.feeds.lists import packages
from scanner.feeds.lists.bad_versions import BadVersions
from scanner.feeds.lists.collector import Collector, Found
from scanner.feeds.lists.document import Document
from scanner.model.advisory import Affected
from scanner.model.ecosystem import BY_TYPE
from scanner.model.purl import Purl
from scanner.versions import ranges
from scanner.versions.constraints.value import Interval

_TYPES = {ecosystem: type_ for type_, ecosystem in BY_TYPE.items()} | {"OpenVSX": "vscode-extension"}
_DISTRIBUTIONS = {
    "Debian": ("deb", "debian"),
    "Ubuntu": ("deb", "ubuntu"),
    "Alpine": ("apk", "alpine"),
    "Wolfi": ("apk", "wolfi"),
    "Chainguard": ("apk", "chainguard"),
    "Red Hat": ("rpm", "redhat"),
    "Rocky Linux": ("rpm", "rocky"),
    "AlmaLinux": ("rpm", "almalinux"),
    "SUSE": ("rpm", "suse"),
    "openSUSE": ("rpm", "opensuse"),
}


def recognise(document: Document) -> bool:
    return any(_is_record(one) for one in _records(document.json)[:3])


def read(document: Document, into: Collector) -> None:
    records = _records(document.json)
    for number, record in enumerate(records, 1):
        into.record(number, _found(record, into, number))


def _records(value: Any) -> list[Any]:
    if isinstance(value, dict):
        vulns = value.get("vulns")
        return vulns if isinstance(vulns, list) else [value]
    return value if isinstance(value, list) else []


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value and ("affected" in value or "schema_version" in value)


def _found(record: Any, into: Collector, number: int) -> Iterator[Found]:
    advisory = osv.from_value(record, where=f"record {number}")
    if advisory.withdrawn is not None:
        yield f"{advisory.id} was withdrawn on {advisory.withdrawn[:10]}: not looked for"
        return
    note = f"{advisory.id} {advisory.summary}".strip()[:300]
    references = tuple(reference.url for reference in advisory.references[:5])
    common = into.common(number, note, references)
    for affected in advisory.affected:
        try:
            bad = _bad(affected)
            yield from packages.of_purl(_purl(affected), bad, **common)
        except InputError as error:
            yield error


def _purl(affected: Affected) -> str:
    family = affected.identity.family
    if (type_ := _TYPES.get(family)) is not None:
        return str(packages.purl(type_, affected.spelled))
    if (distribution := _DISTRIBUTIONS.get(family)) is not None:
        return str(Purl(*distribution, affected.spelled))
    raise InputError(f"{affected.advisory}: packages of {affected.identity.ecosystem!r} are not looked for")


def _bad(affected: Affected) -> BadVersions:
    if affected.every_version:
        return BadVersions(every=True)
    spans: tuple[str, ...] = ()
    if affected.ranges:
        scheme = versions.scheme(affected.identity.ecosystem)
        if scheme is None:
            raise InputError(f"{affected.advisory}: no order is known for versions of {affected.identity.ecosystem!r}")
        spans = tuple(_span(window) for range_ in affected.ranges for window in ranges.windows(scheme, range_))
    if not spans and not affected.versions:
        raise InputError(f"{affected.advisory} names no version of {affected.spelled}")
    return BadVersions(exact=affected.versions, ranges=spans)


def _span(window: Interval) -> str:
    low = "" if window.low is None else f"{'' if window.low_inclusive else '>'}{window.low}"
    high = "" if window.high is None else f"{'' if window.high_inclusive else '<'}{window.high}"
    return f"{low}..{high}"
