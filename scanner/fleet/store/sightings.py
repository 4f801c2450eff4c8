"""Who had it, where, and from when to when: from components to the spans of the targets that held them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from scanner.fleet.store import bodies, keys
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.values import Sighting

_WHERE = """select {number}, s.target, t.address, t.owner, s.path, h.component, c.body, h.scope, s.first,
 coalesce(s.last, t.checked), s.gone
 from {begin} cross join held h cross join span s cross join target t cross join component c
 where h.component = {component} and s.source = h.source and t.id = s.target and c.id = h.component
 order by 1, s.target, s.path, h.component, s.first"""


_SCOPE, _FIRST, _LAST, _GONE = 7, 8, 9, 10
"""Places in a row of that query."""


class Found(NamedTuple):
    number: int
    """Which of the things that were asked for it is."""
    component: int
    sighting: Sighting


def of_hits(database: Database) -> list[Found]:
    """Sightings of everything in the table `hit`. Inside of a transaction."""
    database.analyse("hit")
    query = _WHERE.format(number="b.number", begin="hit b", component="b.component")
    return list(_joined(database.rows(query)))


def of_package(database: Database, family: str, name: str, version: str | None) -> tuple[Sighting, ...]:
    """Every target that ever held a package, by its normalised name; of one version, as it is written."""
    narrowed = "" if version is None else " and c.version = ?"
    values = (family, keys.bounded(name)) if version is None else (family, keys.bounded(name), keys.bounded(version))
    with database.read():
        database.run(
            "insert into hit (number, component) select 0, c.id from package p join component c on c.package = p.id"
            f" where p.family = ? and p.name = ?{narrowed}",
            values,
        )
        found = of_hits(database)
        database.empty("hit")
    return tuple(one.sighting for one in found)


def _joined(rows: Iterable[Row]) -> Iterator[Found]:
    """Neighbouring spans of one component at one path are one: the file changed, and the component stayed."""
    for _, group in groupby(rows, key=lambda row: (row[0], row[1], row[4], row[5])):
        first, *others = map(list, group)
        for row in others:
            if first[_GONE] == row[_FIRST]:
                first[_SCOPE] = min(first[_SCOPE], row[_SCOPE])
                first[_LAST], first[_GONE] = row[_LAST], row[_GONE]
            else:
                yield _found(first)
                first = row
        yield _found(first)


def _found(row: list[Any]) -> Found:
    number, target, address, owner, path, component, body, scope, first, last, gone = row
    return Found(
        number,
        component,
        Sighting(
            target=target,
            address=address,
            owner=owner,
            path=path,
            component=bodies.component(bytes(body), path, scope),
            first=keys.moment(first),
            last=keys.moment(last),
            gone=keys.moment_or_none(gone),
        ),
    )
