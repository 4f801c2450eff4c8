"""Organisations, groups and buckets whose targets are listed again and again, and what became of what they listed.

A listing knows its targets by the ids of whoever lists them, so that a repository may change its name. Nothing is
deleted here: what is listed no longer is marked, and stays until somebody removes its target.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import keys, targets, triage
from scanner.fleet.store.database import Database, Row


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that lists targets."""

    id: int
    name: str
    how: str
    """What is asked, and how: JSON of whoever asks."""
    every: int | None
    """Seconds from one question to the next."""
    checked: datetime | None
    """When it last answered."""
    failure: str | None
    """Why it did not answer since."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A target as a listing names it now."""

    key: str
    """By which the listing knows it, whatever its name."""
    address: str
    kind: str
    owner: str | None = None
    every: int | None = None
    labels: frozenset[str] = frozenset()


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A target of a listing."""

    listing: str
    """Its name."""
    target: int
    key: str
    gone: datetime | None
    """Since when it is listed no longer."""
    why: str | None


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What a listing changed. Targets by number and address."""

    added: tuple[tuple[int, str], ...] = ()
    renamed: tuple[tuple[int, str, str], ...] = ()
    """(target, address before, address now)"""
    merged: tuple[tuple[int, str, int, str], ...] = ()
    """(target, its address, the target that is at the new address already, that address)"""
    back: tuple[tuple[int, str], ...] = ()
    gone: tuple[tuple[int, str, str], ...] = ()
    """(target, address, why)"""
    replaced: tuple[tuple[int, str, int], ...] = ()
    """(target, address, decisions that hold no more): another repository is where one was that it knew."""
    kept_out: int = 0
    """Those whose targets somebody removed: they are not added again."""


class _Known(msgspec.Struct):
    """A row of `listed` and its target as it is."""

    target: int | None
    owner: str | None
    labels: frozenset[str]
    gone: int | None
    address: str | None
    of_target: str | None


def remember(database: Database, name: str, *, how: str, every: int | None) -> Listing:
    """Keep a listing; one of that name is asked in the new way from now on, and brings removed targets back."""
    with database.write():
        database.run(
            "insert into listing (name, how, every) values (?, ?, ?)"
            " on conflict (name) do update set how = excluded.how, every = excluded.every",
            (keys.bounded(name), how, every),
        )
        found = _listings(database, "where name = ?", (keys.bounded(name),))[0]
        database.run("delete from listed where listing = ? and target is null", (found.id,))
        return found


def forget(database: Database, id_: int) -> None:
    """Ask no more. Its targets stay."""
    with database.write():
        database.run("delete from listed where listing = ?", (id_,))
        database.run("delete from listing where id = ?", (id_,))


def every(database: Database) -> tuple[Listing, ...]:
    return _listings(database, "", ())


def failed(database: Database, id_: int, what: str) -> None:
    with database.write():
        database.run("update listing set failure = ? where id = ?", (keys.text(what), id_))


def members(
    database: Database, *, listing: int | None = None, targets_: Collection[int] | None = None
) -> tuple[Member, ...]:
    """Targets of listings, by target: all, those of one listing, or where these targets come from."""
    if targets_ is None:
        where = "" if listing is None else " and d.listing = ?"
        return _members(database, where, () if listing is None else (listing,))
    wanted, found = sorted(targets_), list[Member]()
    for begin in range(0, len(wanted), 500):
        page = wanted[begin : begin + 500]
        found += _members(database, f" and d.target in ({','.join('?' * len(page))})", page)
    return tuple(found)


def take(
    database: Database, id_: int, listed: Sequence[Listed], *, left_out: Mapping[str, str | None], now: datetime
) -> Changed:
    """Make the targets of a listing what it names now, all or nothing.

    `left_out` are keys that it names and nobody wants, with the reason; without one, a target that is there stays.
    """
    listed = [msgspec.structs.replace(one, key=keys.bounded(one.key), address=keys.text(one.address)) for one in listed]
    with database.write():
        # First of all: who asks the same at the same time waits here until we are done.
        database.run("update listing set checked = ?, failure = null where id = ?", (keys.stamp(now), id_))
        known = dict(_known(database, id_))
        before = {key: msgspec.structs.replace(row) for key, row in known.items()}
        added = _part(database, id_, known, listed, now)
        renamed, merged = _move(database, id_, known, listed)
        back, kept_out = [], 0
        now_at: dict[str, int] = {}
        for one in listed:
            row = known.get(one.key)
            if row is None:
                target = targets.place(database, one.address, kind=one.kind, now=now, owner=one.owner, every=one.every)
                targets.put_labels(database, target, one.labels)
                database.run(
                    "insert into listed (listing, item, target, owner, labels) values (?, ?, ?, ?, ?)",
                    (id_, one.key, target, one.owner, _packed(one.labels)),
                )
                added.append((target, one.address))
                now_at[one.key] = target
            elif row.target is None:
                kept_out += 1
            else:
                now_at[one.key] = row.target
                _say_anew(database, id_, one, row, row.target)
                if row.gone is not None:
                    back.append((row.target, one.address))
        replaced = tuple(_replaced(database, before, now_at, now))
        gone = tuple(_end(database, id_, known, {one.key for one in listed}, left_out, now))
    return Changed(
        added=tuple(added), renamed=renamed, merged=merged, back=tuple(back), gone=gone, replaced=replaced,
        kept_out=kept_out,
    )  # fmt: skip


def _replaced(
    database: Database, before: Mapping[str, _Known], now_at: Mapping[str, int], now: datetime
) -> Iterator[tuple[int, str, int]]:
    """Take back what silences findings of a target that is another repository by now.

    Whoever deletes a repository and makes one of its name, or gives its name to another, must not inherit its silence.
    """
    keys_of: dict[int, set[str]] = {}
    for key, row in before.items():
        if row.target is not None:
            keys_of.setdefault(row.target, set()).add(key)
    for key, target in sorted(now_at.items(), key=lambda one: one[1]):
        was = before.get(key)
        came = was is None or was.target != target or was.gone is not None
        if came and keys_of.get(target, set()) - {key}:
            reason = "another repository is at this address now"
            count = triage.withdraw(database, target, by="pratique", reason=reason, now=now)
            ((address,),) = database.rows("select address from target where id = ?", (target,))
            yield target, address, count


def _known(database: Database, id_: int) -> Iterator[tuple[str, _Known]]:
    rows = database.rows(
        "select d.item, d.target, d.owner, d.labels, d.gone, t.address, t.owner from listed d"
        " left join target t on t.id = d.target where d.listing = ?",
        (id_,),
    )
    for item, target, owner, labels, gone, address, of_target in rows:
        yield item, _Known(target, owner, frozenset(msgspec.json.decode(labels)), gone, address, of_target)


def _part(
    database: Database, id_: int, known: Mapping[str, _Known], listed: Sequence[Listed], now: datetime
) -> list[tuple[int, str]]:
    """Give a target of its own to what comes back while another repository has its name, and so its target."""
    here = {row.target for one in listed if (row := known.get(one.key)) is not None and row.address == one.address}
    made = []
    for one in listed:
        row = known.get(one.key)
        if row is None or row.target is None or row.address == one.address:
            continue
        if row.target in here:
            row.target = targets.place(database, one.address, kind=one.kind, now=now, owner=one.owner, every=one.every)
            row.address, row.labels, row.owner = one.address, frozenset(), None
            database.run("update listed set target = ? where listing = ? and item = ?", (row.target, id_, one.key))
            made.append((row.target, one.address))
        here.add(row.target)
    return made


def _move(
    database: Database, id_: int, known: Mapping[str, _Known], listed: Sequence[Listed]
) -> tuple[tuple[tuple[int, str, str], ...], tuple[tuple[int, str, int, str], ...]]:
    """Follow repositories to their new names, also where two have changed theirs with each other."""
    moving: dict[int, tuple[Listed, _Known]] = {}
    for one in listed:
        row = known.get(one.key)
        if row is not None and row.target is not None and row.address != one.address:
            moving[row.target] = (one, row)
    there = _occupied(database, moving)
    for target in moving:
        database.run("update target set address = ? where id = ?", (f"moving {target}", target))
    renamed, merged = [], []
    for target, (one, row) in sorted(moving.items()):
        before = row.address or ""
        other = there.get(one.address)
        database.run("update target set address = ? where id = ?", (before if other else one.address, target))
        if other:
            database.run("update listed set target = ? where listing = ? and item = ?", (other, id_, one.key))
            row.target = other
            merged.append((target, before, other, one.address))
        else:
            renamed.append((target, before, one.address))
    return tuple(renamed), tuple(merged)


def _occupied(database: Database, moving: Mapping[int, tuple[Listed, _Known]]) -> dict[str, int]:
    """New addresses at which a target is that stays: its past is not that of who comes.

    Somebody added it, or its repository is gone. Who cannot move stays too, and may be in the way of the next.
    """
    found: dict[str, int] = {}
    for one, _ in moving.values():
        for (id_,) in database.rows("select id from target where address = ?", (one.address,)):
            if id_ not in moving:
                found[one.address] = id_
    by_new = {one.address: (target, row.address) for target, (one, row) in moving.items()}
    waiting = list(found)
    while waiting:
        target, before = by_new[waiting.pop()]
        if before in by_new and before not in found:
            found[before] = target
            waiting.append(before)
    return found


def _say_anew(database: Database, id_: int, one: Listed, row: _Known, target: int) -> None:
    """Labels and owner follow the listing, unless somebody said otherwise meanwhile."""
    if row.gone is not None:
        database.run("update listed set gone = null, why = null where listing = ? and item = ?", (id_, one.key))
    if row.labels != one.labels:
        for label in sorted(row.labels - one.labels):
            database.run("delete from label where target = ? and label = ?", (target, keys.bounded(label)))
        targets.put_labels(database, target, one.labels)
    if row.owner != one.owner and row.of_target == row.owner:
        database.run("update target set owner = ? where id = ?", (one.owner, target))
    if row.labels != one.labels or row.owner != one.owner:
        database.run(
            "update listed set owner = ?, labels = ? where listing = ? and item = ?",
            (one.owner, _packed(one.labels), id_, one.key),
        )


def _end(
    database: Database,
    id_: int,
    known: Mapping[str, _Known],
    listed: Collection[str],
    left_out: Mapping[str, str | None],
    now: datetime,
) -> Iterator[tuple[int, str, str]]:
    reasons = {keys.bounded(key): why for key, why in left_out.items()}
    for item, row in sorted(known.items()):
        why = reasons.get(item, "it is listed no longer")
        if item in listed or row.gone is not None or row.target is None or why is None:
            continue
        database.run(
            "update listed set gone = ?, why = ? where listing = ? and item = ?", (keys.stamp(now), why, id_, item)
        )
        yield row.target, row.address or "", why


def _listings(database: Database, where: str, values: Sequence[object]) -> tuple[Listing, ...]:
    rows = database.rows(f"select id, name, how, every, checked, failure from listing {where} order by id", values)
    return tuple(
        Listing(
            id=row[0], name=row[1], how=row[2], every=row[3], checked=keys.moment_or_none(row[4]), failure=row[5]
        )
        for row in rows
    )  # fmt: skip


def _members(database: Database, where: str, values: Sequence[object]) -> tuple[Member, ...]:
    rows: list[Row] = database.rows(
        "select l.name, d.target, d.item, d.gone, d.why from listed d join listing l on l.id = d.listing"
        f" where d.target is not null{where} order by d.target, l.id",
        values,
    )
    return tuple(
        Member(listing=row[0], target=row[1], key=row[2], gone=keys.moment_or_none(row[3]), why=row[4]) for row in rows
    )


def _packed(labels: Collection[str]) -> str:
    return msgspec.json.encode(sorted(map(keys.text, labels))).decode()


def named(database: Database, name: str) -> Listing:
    """One listing. Raises `UsageError` where there is none of that name."""
    found = _listings(database, "where name = ?", (keys.bounded(name),))
    if not found:
        raise UsageError(f"there is no listing {name!r}", where=database.where, hint="pratique fleet list --listings")
    return found[0]
