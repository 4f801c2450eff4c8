"""Anyone's indicators against everything that was ever seen, in one join.

The indicators go into temporary tables; the database seeks names, digests, commits and addresses by index, whatever
the number of targets. Versions are judged here, and only for names that hit; then one more join says who held what
was hit, and when. What stands in files beside packages (strings, paths, wallets) is not in the store: that is a hunt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scanner.errors import InputError
from scanner.fleet.store import bodies, keys, sightings
from scanner.fleet.store.database import Database
from scanner.fleet.store.sightings import Found
from scanner.fleet.store.values import Sighting, Struck
from scanner.model import purl as purls
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Component
from scanner.model.ecosystem import Identity, identity
from scanner.model.finding import State
from scanner.versions import claimed

SOUGHT = frozenset(
    (
        IndicatorType.PACKAGE,
        IndicatorType.DIGEST,
        IndicatorType.COMMIT,
        IndicatorType.DOMAIN,
        IndicatorType.IP,
        IndicatorType.URL,
        IndicatorType.REPOSITORY,
    )
)
"""The indicators that the store can answer; others are passed over."""


class _Verdict(NamedTuple):
    state: State
    reason: str


def match(database: Database, indicators: Sequence[Indicator], *, near_misses: bool = False) -> tuple[Struck, ...]:
    """Every sighting that an indicator means, in the order of the indicators, by target, path and time.

    `near_misses`: also the named packages at other versions.
    """
    with database.read():
        _ask(database, indicators)
        verdicts = _judged(database, indicators)
        kept = {key: one for key, one in verdicts.items() if near_misses or one.state is not State.NEAR_MISS}
        found = seen(database, sorted(kept))
        _forget(database)
    return tuple(
        Struck(indicator=indicators[one.number], sighting=one.sighting, state=verdict.state, reason=verdict.reason)
        for one in found
        for verdict in (kept[one.number, one.component],)
    )


def seen(database: Database, hits: Sequence[tuple[int, int]]) -> list[Found]:
    """Sightings of components that somebody judged bad: (number of what he asked for, component). In a transaction.

    A requirement that a lock pins to a version all the while is left out: the lock is asked itself.
    """
    database.fill("hit", ("number", "component"), hits)
    found = sightings.of_hits(database)
    unpinned = {one.component for one in found if one.sighting.component.version is None}
    pinned = _pinned(database, unpinned)
    database.empty("hit", "doomed")
    return [one for one in found if not (one.component in unpinned and _is_pinned(one.sighting, pinned))]


def _ask(database: Database, indicators: Sequence[Indicator]) -> None:
    packages: list[tuple[int, str, str]] = []
    marks: list[tuple[int, bytes]] = []
    places: list[tuple[int, str, str]] = []
    for number, one in enumerate(indicators):
        match one.type:
            case IndicatorType.PACKAGE:
                who = identity(purls.parse(one.value))
                if who is None:
                    raise InputError("no ecosystem is known for this package", where=one.value)
                packages.append((number, who.family, keys.bounded(who.name)))
            case IndicatorType.DIGEST:
                mark = keys.digest_mark(one.value)
                if mark is None:
                    raise InputError("that is no digest", where=one.value)
                marks.append((number, mark))
            case IndicatorType.COMMIT:
                marks.append((number, keys.commit_mark(one.value)))
            case IndicatorType.DOMAIN | IndicatorType.IP:
                host = keys.place(f"[{one.value}]" if one.value.count(":") > 1 else one.value.partition(":")[0])
                places.extend((number, *span) for span in keys.below(host, host=True))
            case IndicatorType.URL | IndicatorType.REPOSITORY:
                places.extend((number, *span) for span in keys.below(keys.place(one.value), host=False))
            case _:
                continue
    database.fill("wanted_package", ("number", "family", "name"), packages)
    database.fill("wanted_mark", ("number", "mark"), marks)
    database.fill("wanted_place", ("number", "low", "high"), places)
    database.analyse("wanted_package", "wanted_mark", "wanted_place")


def _judged(database: Database, indicators: Sequence[Indicator]) -> dict[tuple[int, int], _Verdict]:
    """(indicator, component) → what can be said of the two."""
    verdicts: dict[tuple[int, int], _Verdict] = {}
    for number, component in database.rows(
        "select distinct w.number, m.component from wanted_mark w cross join mark m where m.mark = w.mark"
        " union select distinct w.number, a.component from wanted_place w cross join address a"
        " where a.place >= w.low and a.place < w.high"
    ):
        verdicts[number, component] = _Verdict(*claimed.carried(indicators[number]))
    for number, family, component, body in database.rows(
        "select w.number, w.family, c.id, c.body from wanted_package w cross join package p cross join component c"
        " where p.family = w.family and p.name = w.name and c.package = p.id"
    ):
        found = bodies.component(bytes(body), "", 0)
        who = _who(found)
        ecosystem = family if who is None else who.ecosystem
        told = claimed.indicated(found, ecosystem, indicators[number], (claimed.of_origin(found),))
        verdicts[number, component] = _Verdict(*told)
    return verdicts


class _Pin(NamedTuple):
    target: int
    folder: str
    who: Identity


def _pinned(database: Database, unpinned: Iterable[int]) -> dict[_Pin, list[Sighting]]:
    """Where the packages of these components, which name no version, are pinned to one."""
    database.empty("hit")
    ids = sorted(unpinned)
    if not ids:
        return {}
    database.fill("doomed", ("id",), ((id_,) for id_ in ids))
    database.run(
        "insert into hit (number, component) select distinct 0, c.id from doomed d join component u on u.id = d.id"
        " join component c on c.package = u.package where c.version <> ''"
    )
    pins: dict[_Pin, list[Sighting]] = {}
    for one in sightings.of_hits(database):
        who = _who(one.sighting.component)
        if who is not None:
            pins.setdefault(_Pin(one.sighting.target, _folder(one.sighting.path), who), []).append(one.sighting)
    return pins


def _is_pinned(one: Sighting, pins: dict[_Pin, list[Sighting]]) -> bool:
    """Whether a lock in the manifest's folder, or in one above it, says the version all the while."""
    who = _who(one.component)
    if who is None:
        return False
    folder = _folder(one.path)
    while True:
        if any(
            pin.first <= one.first and (pin.gone is None or (one.gone is not None and one.gone <= pin.gone))
            for pin in pins.get(_Pin(one.target, folder, who), ())
        ):
            return True
        if not folder:
            return False
        folder = _folder(folder)


def _who(component: Component) -> Identity | None:
    return None if component.purl is None else identity(component.purl)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _forget(database: Database) -> None:
    database.empty("wanted_package", "wanted_mark", "wanted_place")
