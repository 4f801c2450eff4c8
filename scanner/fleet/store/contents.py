"""Sources and components: each is stored once, whoever holds it.

New contents go into temporary tables in bulk, and from there by a few statements that skip what is known. They are
inserted in one order, so that two writers in PostgreSQL wait for each other instead of standing in each other's way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from scanner.fleet.store import bodies, keys
from scanner.fleet.store.database import Database, Row
from scanner.fleet.store.values import Held
from scanner.model.component import Component, Scope
from scanner.model.ecosystem import identity

Source = tuple[bytes, str]
"""(digest of the content, reader)."""
_Name = tuple[str, str]
_SCOPES: Mapping[Scope, int] = {scope: number for number, scope in enumerate(bodies.SCOPES)}


def known(database: Database, asked: Collection[Source]) -> frozenset[Source]:
    """Of these (content, reader) those that are stored, so that nobody needs to parse them again."""
    with database.read():
        return frozenset(ids(database, asked))


def ids(database: Database, asked: Iterable[Source]) -> dict[Source, int]:
    """Ids of those of these sources that are stored."""
    found = database.join(
        "select s.id, s.content, s.reader"
        " from {given} n cross join source s where s.content = n.content and s.reader = n.reader",
        "new_source",
        sorted(set(asked)),
    )
    return {(bytes(content), reader): id_ for id_, content, reader in found}


def store(database: Database, new: Mapping[Source, Held]) -> dict[Source, int]:
    """Store these sources, which were not there a moment ago, with their components → their ids. In a transaction."""
    added = database.join(
        "insert into source (content, reader) select content, reader from {given} where true"
        " order by content, reader on conflict (content, reader) do nothing returning id, content, reader",
        "new_source",
        sorted(new),
    )
    ours = {(bytes(content), reader): id_ for id_, content, reader in added}
    if ours:
        _fill(database, [(id_, new[key]) for key, id_ in ours.items()])
    # Where another writer was first, it has said what they hold.
    return ours if len(ours) == len(new) else ours | ids(database, new.keys() - ours.keys())


def _fill(database: Database, added: Sequence[tuple[int, Held]]) -> None:
    """Store what new sources hold. Their ids are ours alone, so that nothing here can stand there already."""
    held: list[tuple[int, dict[bytes, int]]] = []
    told: dict[bytes, tuple[bytes, Component]] = {}
    for id_, source in added:
        scopes: dict[bytes, int] = {}
        for component in source.components or ():
            body = bodies.body(component)
            ident = keys.ident(body)
            if ident not in told:
                told[ident] = (body, component)
            scope = _SCOPES[component.scope]
            if scope <= scopes.get(ident, scope):
                scopes[ident] = scope
        held.append((id_, scopes))
    there = _identified(database, told)
    new = {ident: one for ident, one in told.items() if ident not in there}
    if new:
        there |= _components(database, new)
    rows = sorted((id_, there[ident], scope) for id_, scopes in held for ident, scope in scopes.items())
    database.fill("held", ("source", "component", "scope"), rows)


def _components(database: Database, new: Mapping[bytes, tuple[bytes, Component]]) -> dict[bytes, int]:
    """Store components that were not there a moment ago → their ids."""
    filed = {ident: package(component) for ident, (_, component) in new.items()}
    packages = _packages(database, set(filed.values()))
    ours = _pairs(
        database.join(
            "insert into component (ident, package, version, body)"
            " select ident, package, version, body from {given} where true order by ident"
            " on conflict (ident) do nothing returning ident, id",
            "new_component",
            [
                (ident, packages[filed[ident]], keys.bounded(component.version or ""), body)
                for ident, (body, component) in new.items()
            ],
        )
    )
    # Where another writer was first, it has said where they are found.
    theirs = _identified(database, new.keys() - ours.keys()) if len(ours) < len(new) else {}
    marks = {(mark, id_) for ident, id_ in ours.items() for mark in _marks(new[ident][1])}
    places = {(keys.place(address), id_) for ident, id_ in ours.items() for address in _addresses(new[ident][1])}
    database.fill("mark", ("mark", "component"), sorted(marks))
    database.fill("address", ("place", "component"), sorted(places))
    return theirs | ours


def _identified(database: Database, idents: Collection[bytes]) -> dict[bytes, int]:
    query = "select c.ident, c.id from {given} n cross join component c where c.ident = n.ident"
    return _pairs(database.join(query, "new_ident", [(ident,) for ident in idents]))


def _packages(database: Database, names: Collection[_Name]) -> dict[_Name, int]:
    """(family, name) → id, of all of them."""
    there = _named(database, names)
    if len(there) < len(names):
        added = database.join(
            "insert into package (family, name) select family, name from {given} where true order by family, name"
            " on conflict (family, name) do nothing returning family, name, id",
            "new_package",
            sorted(name for name in names if name not in there),
        )
        there |= {(family, name): id_ for family, name, id_ in added}
    if len(there) < len(names):  # another writer was first
        there = _named(database, names)
    return there


def _named(database: Database, names: Collection[_Name]) -> dict[_Name, int]:
    found = database.join(
        "select p.family, p.name, p.id from {given} n cross join package p"
        " where p.family = n.family and p.name = n.name",
        "new_package",
        sorted(names),
    )
    return {(family, name): id_ for family, name, id_ in found}


def _pairs(rows: Iterable[Row]) -> dict[bytes, int]:
    return {bytes(ident): id_ for ident, id_ in rows}


def package(component: Component) -> tuple[str, str]:
    """(family, normalised name) under which it is filed; family "" where it has no identity that lists could name."""
    who = None if component.purl is None else identity(component.purl)
    if who is None:
        return "", keys.bounded(component.name.lower())
    return who.family, keys.bounded(who.name)


def _marks(component: Component) -> Iterable[bytes]:
    for digest in component.digests:
        mark = keys.digest_mark(digest)
        if mark is not None:
            yield mark
    for text in (component.version or "", *_addresses(component)):
        yield from map(keys.commit_mark, keys.commits(text))


def _addresses(component: Component) -> Sequence[str]:
    return component.urls if component.source_url is None else (component.source_url, *component.urls)
