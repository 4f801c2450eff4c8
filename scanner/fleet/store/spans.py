"""From when to when each path of a target held what: only what changes is written.

A span that nobody closed lasts to the target's last look, so that a night without a change touches none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scanner.fleet.store import bodies, keys
from scanner.fleet.store.database import Database
from scanner.fleet.store.values import Held


def unseen(table: str) -> str:
    """The condition that a row's file is there and could not be read, or lies in an archive that could not be."""
    path = f"{table}.path"
    inside = f"substr({path}, 1, length(u.path) + 2) = u.path || '!/'"
    return f"exists (select 1 from unread u where u.path = {path} or {inside})"


def move(
    database: Database,
    target: int,
    placed: Iterable[tuple[str, int]],
    now: int,
    before: int | None,
    *,
    unread: Collection[str],
    partial: bool,
) -> None:
    """Close the spans of what is not there any more, open those of what is new. Leaves `unread` filled, for findings.

    `before`: when the target was looked at last. What could not be read stays as it was.
    """
    database.fill("placed", ("path", "source"), dict.fromkeys(placed))
    database.fill("unread", ("path",), [(keys.bounded(path),) for path in sorted(unread)])
    if partial:
        database.run(
            "insert into unread (path) select distinct path from span where target = ? and gone is null"
            " and path not in (select path from placed)",
            (target,),
        )
    database.run(
        "update span set gone = ?, last = ? where target = ? and gone is null and not exists"
        " (select 1 from placed p where p.path = span.path and p.source = span.source)"
        f" and not {unseen('span')}",
        (now, before, target),
    )
    database.run(
        "insert into span (target, path, source, first) select ?, p.path, p.source, ? from placed p where not exists"
        " (select 1 from span s where s.target = ? and s.path = p.path and s.source = p.source and s.gone is null)",
        (target, now, target),
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
