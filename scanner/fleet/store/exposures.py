"""Whom campaigns, lists and advisories mean in the past: struck once, when their indicators were new, and kept.

Findings tell what a look found with what was known then. What a target held before a campaign was known, and holds no
more, no look finds: it is struck in everything ever seen when the campaign comes, and stays until the target is
removed, however short the past itself is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from scanner.fleet.store import keys
from scanner.fleet.store.database import Database, Row
from scanner.model.finding import FindingClass, State

ADVISORY = "advisory"
"""The source of records; all other sources are campaigns and lists."""


def told_by_finding(table: str) -> str:
    """The condition that a finding says it already, of an exposure."""
    return (
        f"exists (select 1 from finding f where f.target = {table}.target"
        f" and f.state <> '{State.NEAR_MISS.value}' and (f.campaign = {table}.record"
        f" or (f.package = {table}.package and f.class = '{FindingClass.COMPROMISE.value}')))"
    )


_ONCE = (
    f"(e.source <> '{ADVISORY}' or not exists (select 1 from exposure o where o.target = e.target"
    f" and o.package = e.package and o.source <> '{ADVISORY}'))"
)
_PAST = f"e.alone = 1 and {_ONCE}"
"""What was there still, and a look has found since, is struck again at once: its finding is not sought here."""


class Seen(NamedTuple):
    """One package in one file of a target that a record means."""

    target: int
    path: str
    package: str
    version: str
    state: State
    reason: str
    first: datetime
    last: datetime
    gone: datetime | None


class Match(NamedTuple):
    """Everything that one record struck."""

    source: str
    """campaign, list or advisory."""
    record: str
    name: str
    digest: str
    """Of what it names: while it is the same, the past need not be asked again."""
    seen: tuple[Seen, ...]


class Hit(NamedTuple):
    """Targets that a record means in the past, of which neither a finding nor an earlier match told."""

    source: str
    record: str
    name: str
    targets: int
    certain: int
    """Of them, those that held the very version or digest."""


class Telling(NamedTuple):
    """One package that a target held, of which nobody was told."""

    source: str
    record: str
    name: str
    target: int
    address: str
    owner: str | None
    path: str
    package: str
    certain: bool
    first: datetime
    last: datetime
    gone: bool


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How far what became known later reached into the past. Findings tell nothing of these."""

    targets: int
    records: int
    """Campaigns, lists and advisories."""
    of_campaigns: int
    """Targets that campaigns and lists mean."""
    campaigns: int
    """Campaigns and lists."""
    newest: Hit | None
    known: datetime | None
    """When the newest was matched with the past."""


class Exposures:
    """What the store knows of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def matched(self) -> dict[tuple[str, str], str]:
        """(source, record) → digest of what it named when it was matched with the past."""
        return {(source, record): digest for source, record, digest in self._database.rows(
            "select source, record, digest from matched"
        )}  # fmt: skip

    def digest(self, source: str, record: str) -> str | None:
        """The same of one."""
        rows = self._database.rows("select digest from matched where source = ? and record = ?", (source, record))
        return rows[0][0] if rows else None

    def knows(self, record: str) -> bool:
        """Whether the past was asked for a campaign or list."""
        asked = "select 1 from matched where record = ? and source <> ?"
        return bool(self._database.rows(asked, (keys.bounded(record), ADVISORY)))

    def moved(self) -> frozenset[tuple[str, str]]:
        """Records of which something was there still, in a target that was recorded since: it may be gone by now."""
        return frozenset(
            (source, record)
            for source, record in self._database.rows(
                "select distinct e.source, e.record from exposure e join target t on t.id = e.target"
                " where e.gone is null and t.taken > e.last"
            )
        )

    def records(self, source: str) -> frozenset[str]:
        """Records of a source that struck somebody."""
        return frozenset(
            one for (one,) in self._database.rows("select distinct record from exposure where source = ?", (source,))
        )

    def newest_intelligence(self) -> str | None:
        """What the last look that recorded something knew; `None` where nobody ever looked."""
        rows = self._database.rows(
            "select intelligence from target where taken is not null order by taken desc limit 1"
        )
        return rows[0][0] if rows else None

    def replace(self, matches: Iterable[Match], *, now: datetime) -> tuple[Hit, ...]:
        """Put all that each of these records struck in the place of what it had struck; whom that newly hits.

        What retention has deleted the ground of stays: nobody can say any more that it was not so.
        """
        hits: list[Hit] = []
        with self._database.write():
            for one in matches:
                hits += self._replaced(one, keys.stamp(now))
        return tuple(hits)

    def _replaced(self, match: Match, now: int) -> list[Hit]:
        key = (match.source, keys.bounded(match.record))
        self._database.run(
            "insert into matched (source, record, name, digest) values (?, ?, ?, ?)"
            " on conflict (source, record) do update set name = excluded.name, digest = excluded.digest",
            (*key, keys.text(match.name), match.digest),
        )
        before = self._database.rows(
            "select target, path, package, first, version, state, reason, last, gone, known, alone, told"
            " from exposure where source = ? and record = ? order by first",
            key,
        )
        if not before and not match.seen:
            return []
        rows = _joined(match.seen, before, now)
        if lost := [row for row in before if row[:4] not in rows and row[8] is not None]:
            oldest: dict[int, int] = dict(self._database.rows(
                "select k.target, min(k.taken) from snapshot k where k.target in"
                " (select e.target from exposure e where e.source = ? and e.record = ?) group by k.target", key,
            ))  # fmt: skip
            rows |= {row[:4]: row for row in lost if row[8] <= oldest.get(row[0], row[8])}
        self._database.run("delete from exposure where source = ? and record = ?", key)
        columns = ("target", "path", "package", "first", "version", "state", "reason", "last", "gone", "known", "alone",
                   "told", "source", "record")  # fmt: skip
        self._database.fill("exposure", columns, [(*rows[row], *key) for row in sorted(rows)])
        of = "source = ? and record = ?"
        # Removed meanwhile: nobody is to inherit it with the number.
        self._database.run(
            f"delete from exposure where {of} and not exists (select 1 from target t where t.id = exposure.target)", key
        )
        self._database.run(f"update exposure set alone = 0, told = 1 where {of} and {told_by_finding('exposure')}", key)
        known = {row[0] for row in before}
        states: dict[int, bool] = {}
        alone = f"select e.target, e.state from exposure e where {of} and e.alone = 1 and {_ONCE}"
        for target, state in self._database.rows(alone, key):
            if target not in known:
                states[target] = states.get(target, False) or state == State.CERTAIN.value
        if not states:
            return []
        return [Hit(match.source, match.record, match.name, len(states), sum(states.values()))]

    def let_go(self, source: str, record: str) -> None:
        """Follow no longer what a record means that nobody has any more: it was there as long as somebody saw it."""
        with self._database.write():
            self._database.run(
                "update exposure set gone = last where source = ? and record = ? and gone is null", (source, record)
            )

    def untold(self, *, limit: int) -> tuple[Telling, ...]:
        """What people are to be told, by record: not what is there still, for the next look finds it, if it can look.

        What an advisory and a campaign mean is told as the campaign's.
        """
        rows = self._database.rows(
            "select e.source, e.record, m.name, e.target, t.address, t.owner, e.path, e.package, e.state, e.first,"
            " case when e.gone is null then t.checked else e.last end, e.gone from exposure e"
            " join target t on t.id = e.target join matched m on m.source = e.source and m.record = e.record"
            f" where e.told = 0 and {_PAST} and not {told_by_finding('e')} and (e.gone is not null or t.failures > 0)"
            " order by e.record, e.target, e.path, e.package, e.first limit ?",
            (limit,),
        )
        return tuple(
            Telling(
                source=row[0], record=row[1], name=row[2], target=row[3], address=row[4], owner=row[5], path=row[6],
                package=row[7], certain=row[8] == State.CERTAIN.value, first=keys.moment(row[9]),
                last=keys.moment(row[10]), gone=row[11] is not None,
            )
            for row in rows
        )  # fmt: skip

    def note(self, one: Telling) -> bool:
        """Note that people are told; false where somebody else has done so. Inside of a transaction."""
        return bool(
            self._database.run(
                "update exposure set told = 1 where source = ? and record = ? and target = ? and path = ?"
                " and package = ? and first = ? and told = 0",
                (one.source, one.record, one.target, one.path, one.package, keys.stamp(one.first)),
            )
        )

    def reached(self) -> Reached:
        """How far all of it reaches."""
        ((targets, records, of_campaigns, campaigns, known),) = self._database.rows(
            "select count(distinct e.target), count(distinct e.record),"
            f" count(distinct case when e.source <> '{ADVISORY}' then e.target end),"
            f" count(distinct case when e.source <> '{ADVISORY}' then e.record end), max(e.known)"
            f" from exposure e join target t on t.id = e.target where {_PAST}"
        )
        newest: Sequence[Row] = ()
        if known is not None:
            newest = self._database.rows(
                "select e.source, e.record, m.name, count(distinct e.target),"
                " count(distinct case when e.state = ? then e.target end) from exposure e"
                " join matched m on m.source = e.source and m.record = e.record join target t on t.id = e.target"
                f" where e.known = ? and {_PAST} group by e.source, e.record, m.name"
                " order by 4 desc, e.source, e.record limit 1",
                (State.CERTAIN.value, known),
            )
        return Reached(
            targets=targets,
            records=records,
            of_campaigns=of_campaigns,
            campaigns=campaigns,
            newest=Hit(*newest[0]) if newest else None,
            known=keys.moment_or_none(known),
        )


def _joined(seen: Collection[Seen], before: Sequence[Row], now: int) -> dict[tuple[int, str, str, int], Row]:
    """Rows by their key. What was known of the same thing before lends it what people know, and a past that was longer.

    Several indicators of one record may mean one package: the surest counts.
    """
    earlier: dict[tuple[int, str, str], list[Row]] = {}
    for row in before:
        earlier.setdefault(row[:3], []).append(row)
    of_package: Mapping[tuple[int, str], Row] = {(row[0], row[2]): row for row in before}
    since: dict[int, int] = {}
    for row in before:
        since[row[0]] = min(since.get(row[0], now), row[9])
    rows: dict[tuple[int, str, str, int], Row] = {}
    for one in seen:
        what = (one.target, keys.bounded(one.path), keys.bounded(one.package))
        first, gone = keys.stamp(one.first), None if one.gone is None else keys.stamp(one.gone)
        # Retention may have deleted where it began.
        begun = [row[3] for row in earlier.get(what, ()) if row[3] < first and (row[8] is None or row[8] >= first)]
        first = min((first, *begun))
        same = of_package.get((what[0], what[2]))
        alone, told = (1, 0) if same is None else (same[10], same[11])
        row = (*what, first, keys.text(one.version), one.state.value, keys.text(one.reason), keys.stamp(one.last), gone,
               since.get(one.target, now), alone, told)  # fmt: skip
        if (*what, first) not in rows or one.state is State.CERTAIN:
            rows[*what, first] = row
    return rows
