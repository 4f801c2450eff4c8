"""Everything that was ever seen, name by name: for whoever judges versions by more than the store knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from scanner.fleet.store import bodies, keys, retro
from scanner.fleet.store.database import Database
from scanner.fleet.store.values import Sighting
from scanner.model.component import Component

Name = tuple[str, str]
"""(ecosystem without suffix, normalised name); ("", name) for what has no package URL."""


def names(database: Database, after: Name | None, limit: int) -> tuple[Name, ...]:
    """Names of packages in order, behind `after`."""
    where, values = ("", ()) if after is None else ("where (family, name) > (?, ?) ", after)
    rows = database.rows(f"select family, name from package {where}order by family, name limit ?", (*values, limit))
    return tuple((family, name) for family, name in rows)


def versions(database: Database, wanted: Collection[Name]) -> Mapping[int, Component]:
    """Every version of these packages that was ever seen, by a number for `seen`; without the place where it was."""
    rows = [(number, family, keys.bounded(name)) for number, (family, name) in enumerate(sorted(set(wanted)))]
    with database.read():
        database.fill("wanted_package", ("number", "family", "name"), rows)
        database.analyse("wanted_package")
        found = database.rows(
            "select c.id, c.body from wanted_package w cross join package p cross join component c"
            " where p.family = w.family and p.name = w.name and c.package = p.id order by c.id"
        )
        database.empty("wanted_package")
    return {number: bodies.component(bytes(body), "", 0) for number, body in found}


def seen(database: Database, components: Sequence[int]) -> tuple[tuple[int, Sighting], ...]:
    """Who ever held these, where, from when to when; (number, sighting)."""
    with database.read():
        found = retro.seen(database, [(0, number) for number in sorted(set(components))])
    return tuple((one.component, one.sighting) for one in found)
