"""Sources and components: each is stored once, whoever holds it.

New contents go into temporary tables in bulk, and from there by a few statements that skip what is known. They are
inserted in one order, so that two writers in PostgreSQL wait for each other instead of standing in each other's way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from scanner.errors import UsageError
from scanner.fleet.store import bodies, keys
from scanner.fleet.store.database import Database
from scanner.fleet.store.values import Held
from scanner.model.component import Component, Scope
from scanner.model.ecosystem import identity

Source = tuple[bytes, str]
"""(digest of the content, reader)."""
_SCOPES: Mapping[Scope, int] = {scope: number for number, scope in enumerate(bodies.SCOPES)}


def known(database: Database, asked: Collection[Source]) -> frozenset[Source]:
    """Of these (content, reader) those that are stored, so that nobody needs to parse them again."""
    with database.read():
        found = _ids(database, asked)
        database.run("delete from new_source")
    return frozenset(found)


def store(database: Database, sources: Sequence[Held]) -> list[int]:
    """Ids of these sources, stored where they are new. Inside of a transaction.

    Raises `UsageError` where the components of a new one are not given: the caller has to read it.
    """
    by_key = {(one.content, one.reader): one for one in sources}
    ids = _ids(database, by_key)
    added = database.rows(
        "insert into source (content, reader) select distinct content, reader from new_source where true"
        " order by content, reader on conflict (content, reader) do nothing returning id, content, reader"
    )
    if added:
        _fill(database, [(id_, by_key[bytes(content), reader]) for id_, content, reader in added])
    if len(ids) < len(by_key):
        ids = _ids(database, by_key)  # what another writer stored while we waited, too
    return [ids[one.content, one.reader] for one in sources]


def _ids(database: Database, wanted: Iterable[Source]) -> dict[Source, int]:
    database.run("delete from new_source")
    database.fill("new_source", ("content", "reader"), wanted)
    found = database.rows(
        "select s.id, s.content, s.reader"
        " from new_source n join source s on s.content = n.content and s.reader = n.reader"
    )
    return {(bytes(content), reader): id_ for id_, content, reader in found}


def _fill(database: Database, added: Sequence[tuple[int, Held]]) -> None:
    held: dict[tuple[int, bytes], int] = {}
    told: dict[bytes, tuple[bytes, Component]] = {}
    for id_, source in added:
        if source.components is None:
            raise UsageError("its components are not in the store: it has to be read", where=source.path)
        for component in source.components:
            body = bodies.body(component)
            ident = keys.ident(body)
            told[ident] = (body, component)
            key = (id_, ident)
            scope = _SCOPES[component.scope]
            held[key] = min(held.get(key, scope), scope)
    database.fill("new_held", ("source", "ident", "scope"), ((*key, scope) for key, scope in held.items()))
    known_ = database.rows("select distinct c.ident from new_held n join component c on c.ident = n.ident")
    for (ident,) in known_:
        told.pop(bytes(ident), None)
    if told:
        _components(database, told)
    database.run(
        "insert into held (source, component, scope) select n.source, c.id, n.scope"
        " from new_held n join component c on c.ident = n.ident order by n.source, c.id"
    )
    database.run("delete from new_held")


def _components(database: Database, told: Mapping[bytes, tuple[bytes, Component]]) -> None:
    rows: list[tuple[bytes, str, str, str, bytes]] = []
    marks: set[tuple[bytes, bytes]] = set()
    places: set[tuple[bytes, str]] = set()
    for ident, (body, component) in told.items():
        rows.append((ident, *package(component), keys.bounded(component.version or ""), body))
        marks.update((ident, mark) for mark in _marks(component))
        places.update((ident, keys.place(address)) for address in _addresses(component))
    database.fill("new_component", ("ident", "family", "name", "version", "body"), rows)
    database.fill("new_mark", ("ident", "mark"), marks)
    database.fill("new_address", ("ident", "place"), places)
    database.run(
        "insert into package (family, name) select distinct family, name from new_component n"
        " where not exists (select 1 from package p where p.family = n.family and p.name = n.name)"
        " order by family, name on conflict (family, name) do nothing"
    )
    database.run(
        "insert into component (ident, package, version, body) select n.ident, p.id, n.version, n.body"
        " from new_component n join package p on p.family = n.family and p.name = n.name where true"
        " order by n.ident on conflict (ident) do nothing"
    )
    database.run(
        "insert into mark (mark, component) select n.mark, c.id from new_mark n join component c on c.ident = n.ident"
        " where true order by n.mark, c.id on conflict (mark, component) do nothing"
    )
    database.run(
        "insert into address (place, component) select n.place, c.id"
        " from new_address n join component c on c.ident = n.ident"
        " where true order by n.place, c.id on conflict (place, component) do nothing"
    )
    for table in ("new_component", "new_mark", "new_address"):
        database.run(f"delete from {table}")


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
