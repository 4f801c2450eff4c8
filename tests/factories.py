"""Small model values for tests, with the fields that a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from scanner.intel import build, indicators, publish
from scanner.intel.store import open_store
from scanner.matching import Knowledge
from scanner.model import ecosystem
from scanner.model import purl as purls
from scanner.model.advisory import Advisory, AdvisoryKind, Affected, Event, EventKind, VersionRange
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.model.component import Component, Location
from scanner.model.inventory import Inventory, Reading, ReadStatus

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def component(text: str, **fields: Any) -> Component:
    """A component from its purl."""
    parsed = purls.parse(text)
    defaults: dict[str, Any] = {
        "name": ecosystem.full_name(parsed),
        "version": parsed.version,
        "purl": parsed,
        "location": Location("package-lock.json", 7),
        "ref": text,
    }
    return Component(**(defaults | fields))


def inventory(*components: Component, **fields: Any) -> Inventory:
    """One reading with these components."""
    return Inventory(readings=(reading(*components, **fields),), looked_for=1)


def reading(*components: Component, **fields: Any) -> Reading:
    defaults: dict[str, Any] = {
        "path": components[0].location.path if components else "package-lock.json",
        "reader": "npm-package-lock",
        "status": ReadStatus.READ,
        "components": components,
    }
    return Reading(**(defaults | fields))


def indicator(type_: IndicatorType, value: str, **fields: Any) -> Indicator:
    defaults: dict[str, Any] = {
        "type": type_,
        "value": value,
        "campaign": "example",
        "references": ("https://example.invalid/blog",),
    }
    return Indicator(**(defaults | fields))


def campaign(*found: Indicator, **fields: Any) -> Campaign:
    defaults: dict[str, Any] = {"id": "example", "name": "Example", "indicators": found}
    return Campaign(**(defaults | fields))


def advisory(
    id_: str, name: str, *, family: str = "npm", kind: AdvisoryKind = AdvisoryKind.MALICIOUS, **fields: Any
) -> Advisory:
    """An advisory on one package; `versions=` or `events=` say which versions, else every version."""
    versions = tuple(fields.pop("versions", ()))
    events = fields.pop("events", () if versions else ((EventKind.INTRODUCED, "0"),))
    who = ecosystem.Identity(family, ecosystem.normalise_name(family, name))
    affected = Affected(
        identity=who,
        spelled=name,
        advisory=id_,
        kind=kind,
        versions=versions,
        ranges=(VersionRange(tuple(Event(kind, version) for kind, version in events)),) if events else (),
    )
    return Advisory(id=id_, kind=kind, modified="2026-11-01T00:00:00Z", affected=(affected,), **fields)


def knowledge(
    directory: Path, advisories: Iterable[Advisory] = (), campaigns: Iterable[Campaign] = (), *, kept: bool = False
) -> Knowledge:
    """Real stores under `directory` with these records in them, one feed an ecosystem.

    They are closed when the test is over, unless they are `kept`: then whoever asked closes them.
    """
    records = list(advisories)
    for family in sorted({affected.identity.family for record in records for affected in record.affected}):
        path = directory / "osv" / f"{family.lower()}.sqlite"
        with publish.writing(path):
            build.build(path, records, build.Facts(family=family, source="tests", fetched=NOW))
    found, store = indicators.build(campaigns, None, digest="tests"), open_store(directory, now=NOW)
    if not kept:
        OPENED.extend((found, store))
    return Knowledge(advisories=store, indicators=(("pratique/campaigns", found),))


class Closing(Protocol):
    """What can be closed."""

    def close(self) -> None: ...


OPENED: list[Closing] = []
"""Stores that tests were given; tests/conftest.py closes them when the test is over."""
C = TypeVar("C", bound=Closing)


def closed_later(opened: C) -> C:
    """The same, to be closed when the test is over."""
    OPENED.append(opened)
    return opened
