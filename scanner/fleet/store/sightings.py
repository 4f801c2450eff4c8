"""Who had it, where, and from when to when: from components to the spans of the targets that held them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from scanner.fleet.store import bodies, keys
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.values import Sighting
from scanner.model.component import Component

_Made = Callable[[int, str, int], Component]
"""A component by its id, at a path, in a scope."""

_WHERE = """select b.number, s.target, t.address, t.owner, s.path, h.component, h.scope, s.first,
 coalesce(s.last, t.checked), s.gone
 from hit b cross join held h cross join span s cross join target t
 where h.component = b.component and s.source = h.source and t.id = s.target
 order by 1, s.target, s.path, h.component, s.first"""
_SCOPE, _FIRST, _LAST, _GONE = 6, 7, 8, 9
"""Places in a row of that query."""


class Found(NamedTuple):
    number: int
    """Which of the things that were asked for it is."""
    component: int
    sighting: Sighting


def of_hits(database: Database) -> list[Found]:
    """Sightings of everything in the table `hit`. Inside of a transaction."""
    database.analyse("hit")
    rows = database.rows(_WHERE)
    # One by one, and not in the join: what ten thousand targets hold is told, and made an object, once.
    told: dict[int, bytes] = dict(
        database.rows("select id, body from component where id in (select component from hit)")
    )

    @cache
    def component(id_: int, path: str, scope: int) -> Component:
        return bodies.component(bytes(told[id_]), path, scope)

    return list(_joined(rows, component))


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


def _joined(rows: Iterable[Row], component: _Made) -> Iterator[Found]:
    """Neighbouring spans of one component at one path are one: the file changed, and the component stayed."""
    for _, group in groupby(rows, key=lambda row: (row[0], row[1], row[4], row[5])):
        first, *others = map(list, group)
        for row in others:
            if first[_GONE] == row[_FIRST]:
                first[_SCOPE] = min(first[_SCOPE], row[_SCOPE])
                first[_LAST], first[_GONE] = row[_LAST], row[_GONE]
            else:
                yield _found(first, component)
                first = row
        yield _found(first, component)


def _found(row: list[Any], component: _Made) -> Found:
    number, target, address, owner, path, id_, scope, first, last, gone = row
    return Found(
        number,
        id_,
        Sighting(
            target=target,
            address=address,
            owner=owner,
            path=path,
            component=component(id_, path, scope),
            first=keys.moment(first),
            last=keys.moment(last),
            gone=keys.moment_or_none(gone),
        ),
    )
