"""From when to when each path of a target held what: only what changes is written.

A span that nobody closed lasts to the target's last look, so that a night without a change touches none.
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.fleet.store import bodies
from scanner.fleet.store.database import Database
from scanner.fleet.store.values import Held


def unseen(table: str) -> str:
    """The condition that a row's file is there and could not be read, or lies in an archive that could not be."""
    path = f"{table}.path"
    inside = f"substr({path}, 1, length(u.path) + 2) = u.path || '!/'"
    return f"exists (select 1 from unread u where u.target = {table}.target and (u.path = {path} or {inside}))"


def move(
    database: Database, placed: Iterable[tuple[int, str, int]], unread: Iterable[tuple[int, str]], *, partial: bool
) -> None:
    """Close the spans of what is not there any more, open those of what is new, of all targets in `looked`.

    `placed`: (target, path, source); `unread`: (target, path), which stays as it was: left filled, for findings.
    `partial`: whether any target was not seen whole.
    """
    database.fill("placed", ("target", "path", "source"), sorted(set(placed)))
    database.fill("unread", ("target", "path"), sorted(set(unread)))
    if partial:
        database.run(
            "insert into unread (target, path) select distinct s.target, s.path from looked l cross join span s"
            " where l.partial = 1 and s.target = l.target and s.gone is null and not exists"
            " (select 1 from placed p where p.target = s.target and p.path = s.path)"
            " on conflict (target, path) do nothing"
        )
    # The plus: SQLite might go through all spans and seek `looked` for each, instead of the other way round.
    database.run(
        "update span set gone = l.taken, last = l.previous from looked l where span.target = +l.target"
        " and span.gone is null and not exists (select 1 from placed p where p.target = span.target"
        f" and p.path = span.path and p.source = span.source) and not {unseen('span')}"
    )
    database.run(
        "insert into span (target, path, source, first) select p.target, p.path, p.source, l.taken"
        " from looked l cross join placed p where p.target = l.target and not exists (select 1 from span s"
        " where s.target = p.target and s.path = p.path and s.source = p.source and s.gone is null)"
    )
    database.empty("placed")


def inventory(database: Database, target: int, at: int | None) -> tuple[Held, ...]:
    """What a target holds now, or held at a moment, with everything that is needed to match it again."""
    when = "s.gone is null" if at is None else "s.first <= ? and (s.gone is null or s.gone > ?)"
    values = (target,) if at is None else (target, at, at)
    with database.read():
        sources = database.rows(
            f"select s.path, o.id, o.content, o.reader from span s join source o on o.id = s.source"
            f" where s.target = ? and {when} order by s.path, o.id",
            values,
        )
        return tuple(
            Held(
                path=path,
                content=bytes(content),
                reader=reader,
                components=tuple(
                    bodies.component(bytes(body), path, scope)
                    for body, scope in database.rows(
                        "select c.body, h.scope from held h join component c on c.id = h.component"
                        " join package p on p.id = c.package where h.source = ?"
                        " order by p.name, p.family, c.version, c.ident",
                        (id_,),
                    )
                ),
            )
            for path, id_, content, reader in sources
        )
