"""Packages by a part of their name: which there are, in which versions, and in how many targets.

A part that stands anywhere in a name is sought by reading all names, which lie in one small index (100,000 of them are
read in some 10 ms), in its order, until a page is full. No index on parts of words serves both databases: SQLite's
needs a table of its own kind, PostgreSQL's an extension that not everybody may install. How far each is spread is
counted up to a bound, so that one package that everybody has does not hold up a page.
"""

from __future__ import annotations

from scanner.errors import InputError
from scanner.fleet.store import cursors, keys
from scanner.fleet.store.database import Database
from scanner.fleet.store.summaries import Package, Packages
from scanner.model import purl as purls
from scanner.model.ecosystem import identity

_KIND = "packages"
_VERSIONS = 100
_SPANS = 20_000
"""Places of one package that are looked at to count its targets."""


def search(database: Database, text: str, *, after: str | None, limit: int) -> Packages:
    """Packages whose name has `text` in it, or, of a package URL, its name; those of that very name come first."""
    family, part = _asked(text)
    where, values = ["name like ? escape '!'"], [f"%{keys.literally(part)}%"]
    if family is not None:
        where.append("family = ?")
        values.append(family)
    with database.read():
        rows: list[tuple[int, str, str]] = []
        rank = 0
        begin = None if after is None else cursors.read(after, _KIND, int, str, str)
        for rank, very in ((0, "name = ?"), (1, "name <> ?")):
            if begin is not None and rank < begin[0]:
                continue
            here, given = [very, *where], [part, *values]
            if begin is not None and rank == begin[0]:
                here.append("(name, family) > (?, ?)")
                given += begin[1:]
            rows += database.rows(
                f"select id, name, family from package where {' and '.join(here)} order by name, family limit ?",
                (*given, limit + 1 - len(rows)),
            )
        last = rows[limit - 1] if limit and len(rows) > limit else None
        found = tuple(_package(database, *row) for row in rows[:limit])
    return Packages(
        packages=found,
        next=None if last is None else cursors.written(_KIND, int(last[1] != part), last[1], last[2]),
    )


def _asked(text: str) -> tuple[str | None, str]:
    """(ecosystem or `None` for all, part of the name)."""
    clean = keys.text(text).strip()
    if clean.startswith("pkg:"):
        try:
            found = identity(purls.parse(clean))
        except InputError:
            found = None
        if found is not None:
            return found.family, found.name
    return None, clean.lower()


def _package(database: Database, id_: int, name: str, family: str) -> Package:
    versions = database.rows(
        "select distinct version from component where package = ? order by version limit ?", (id_, _VERSIONS + 1)
    )
    ((ever, now, seen),) = database.rows(
        "select count(distinct s.target), count(distinct case when s.gone is null then s.target end), count(*) from"
        " (select s.target, s.gone from component c cross join held h cross join span s"
        " where c.package = ? and h.component = c.id and s.source = h.source limit ?) s",
        (id_, _SPANS),
    )
    return Package(
        ecosystem=family,
        name=name,
        versions=tuple(version for (version,) in versions[:_VERSIONS]),
        now=now,
        ever=ever,
        more=len(versions) > _VERSIONS or seen >= _SPANS,
    )
