"""Who was told of what: how far each target is told, the incidents of each channel, and what became of sending.

An incident is one row for each channel and team; what belongs to it is numbered, and `told` is the last number that a
message carried. So a message that is sent twice is the same message, and what comes meanwhile is in the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import msgspec

from scanner.fleet.store import keys
from scanner.fleet.store.database import Database, Row, first
from scanner.fleet.store.errors import StaleLeaseError


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A target of which there may be something to tell."""

    target: int
    version: int
    """Of what is noted of it; 0 where nothing is."""
    number: int
    """Of its last snapshot; 0 before the first."""
    taken: datetime | None
    told: datetime | None
    """The last snapshot that was told; `None` where none was."""
    verdict: str | None
    """As of that."""
    failing: bool
    """Whether people think that it fails."""


class Entry(msgspec.Struct, frozen=True):
    """One thing of an incident."""

    mark: str
    """The same thing is in an incident once."""
    target: int
    body: bytes


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One incident, as one channel and team is told of it."""

    id: int
    channel: str
    team: str
    kind: str
    subject: str
    opened: datetime
    about: bytes
    items: int
    told: int
    sent: int
    """Messages."""
    sent_at: datetime | None
    reference: str | None
    trying: str | None
    """The message that was begun and not ended."""
    failures: int


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """The right to send by one channel."""

    channel: str
    token: int
    failures: int
    since: datetime | None
    """Since when sending fails."""


class ChannelState(msgspec.Struct, frozen=True, kw_only=True):
    """How sending by one channel goes."""

    channel: str
    failures: int
    """Runs in a row."""
    failure: str | None
    since: datetime | None
    not_before: datetime | None
    waiting: int
    """Incidents of which something is to be told still."""
    sent_at: datetime | None


_COLUMNS = """id, channel, team, kind, subject, opened, about, items, told, sent, sent_at, reference, trying,
 failures"""


class Notices:
    """What the store knows of notices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def writing(self) -> AbstractContextManager[None]:
        """A transaction around `note` and `add`: what is noted as told is told."""
        return self._database.write()

    # What there is to tell

    def moved(self, *, failing_after: int, after: int = 0, limit: int = 200) -> tuple[Moved, ...]:
        """Targets with a snapshot that nobody was told of, or that fail, or no longer do; by number, behind `after`."""
        rows = self._database.rows(
            "select t.id, coalesce(n.version, 0), t.number, t.taken, n.taken, n.verdict, coalesce(n.failing, 0)"
            " from target t left join notice_target n on n.target = t.id where t.id > ?"
            " and (t.number > coalesce(n.number, 0) or (t.failures >= ? and coalesce(n.failing, 0) = 0)"
            " or (t.failures = 0 and n.failing = 1)) order by t.id limit ?",
            (after, failing_after, limit),
        )
        return tuple(
            Moved(
                target=row[0], version=row[1], number=row[2], taken=keys.moment_or_none(row[3]),
                told=keys.moment_or_none(row[4]), verdict=row[5], failing=bool(row[6]),
            )
            for row in rows
        )  # fmt: skip

    def note(self, moved: Moved, *, verdict: str | None, failing: bool) -> bool:
        """Note what people are told of a target; false where somebody else has done so meanwhile."""
        taken = None if moved.taken is None else keys.stamp(moved.taken)
        values = (moved.number, taken, verdict, int(failing))
        if moved.version == 0:
            statement = (
                "insert into notice_target (number, taken, verdict, failing, target, version) values (?, ?, ?, ?, ?, 1)"
                " on conflict (target) do nothing"
            )
            return self._database.run(statement, (*values, moved.target)) == 1
        statement = (
            "update notice_target set number = ?, taken = ?, verdict = ?, failing = ?, version = version + 1"
            " where target = ? and version = ?"
        )
        return self._database.run(statement, (*values, moved.target, moved.version)) == 1

    def feeds(self) -> dict[str, str]:
        """Name of each feed that people think is not fresh → its state."""
        return dict(self._database.rows("select feed, status from notice_feed"))

    def note_feed(self, feed: str, status: str | None, before: str | None) -> bool:
        """Note what people are told of a feed, `None` where it is fresh; false where somebody else has done so."""
        feed = keys.bounded(feed)
        if status is None:
            return self._database.run("delete from notice_feed where feed = ? and status = ?", (feed, before)) == 1
        if before is None:
            statement = "insert into notice_feed (status, feed) values (?, ?) on conflict (feed) do nothing"
            return self._database.run(statement, (status, feed)) == 1
        statement = "update notice_feed set status = ? where feed = ? and status = ?"
        return self._database.run(statement, (status, feed, before)) == 1

    def add(
        self,
        destination: tuple[str, str],
        kind: str,
        subject: str,
        about: bytes,
        entries: Iterable[Entry],
        *,
        now: datetime,
        begun_after: datetime | None = None,
        grown_after: datetime | None = None,
    ) -> None:
        """Add to the incident that a channel and team was told of; a new one where that one is over.

        It is over when it began before `begun_after`, or nothing came since `grown_after`.
        """
        at = keys.stamp(now)
        id_ = self._incident(destination, kind, subject, about, at, begun_after, grown_after)
        # Whoever adds to the same incident waits here, so that no number is given twice.
        ((count,),) = self._database.rows("update notice set items = items where id = ? returning items", (id_,))
        fresh = {keys.bounded(one.mark): one for one in entries}
        marks = list(fresh)
        for begin in range(0, len(marks), 500):
            some = marks[begin : begin + 500]
            known = "select mark from notice_item where notice = ? and mark in ({})".format(",".join("?" * len(some)))
            for (mark,) in self._database.rows(known, (id_, *some)):
                del fresh[mark]
        if not fresh:
            return
        self._database.fill(
            "notice_item",
            ("notice", "number", "mark", "target", "body"),
            ((id_, count + n, mark, one.target, one.body) for n, (mark, one) in enumerate(fresh.items(), 1)),
        )
        self._database.run("update notice set items = items + ?, grown = ? where id = ?", (len(fresh), at, id_))

    def _incident(
        self,
        destination: tuple[str, str],
        kind: str,
        subject: str,
        about: bytes,
        at: int,
        begun_after: datetime | None,
        grown_after: datetime | None,
    ) -> int:
        key = (destination[0], keys.bounded(destination[1]), kind, keys.bounded(subject))
        where = "from notice where channel = ? and team = ? and kind = ? and subject = ?"
        row = first(
            self._database.rows(f"select id, round, opened, grown {where} order by round desc limit 1", key)
        )  # fmt: skip
        if row is not None:
            begun = begun_after is None or row[2] >= keys.stamp(begun_after)
            grown = grown_after is None or row[3] >= keys.stamp(grown_after)
            if begun and grown:
                return int(row[0])
        round_ = 1 if row is None else row[1] + 1
        self._database.run(
            "insert into notice (channel, team, kind, subject, round, opened, grown, about)"
            " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (channel, team, kind, subject, round) do nothing",
            (*key, round_, at, at, about),
        )
        ((id_,),) = self._database.rows(f"select id {where} and round = ?", (*key, round_))
        return int(id_)

    # What is to be sent

    def waiting(self) -> tuple[str, ...]:
        """Channels by which something is to be told."""
        return tuple(
            name for (name,) in self._database.rows("select distinct channel from notice where told < items order by 1")
        )

    def pending(self, channel: str) -> tuple[Notice, ...]:
        """Incidents of a channel of which something is to be told; what failed before comes last."""
        rows = self._database.rows(
            f"select {_COLUMNS} from notice where channel = ? and told < items order by failures, id", (channel,)
        )
        return tuple(map(_notice, rows))

    def untold(self, notice: Notice) -> tuple[bytes, ...]:
        """What is to be told of an incident, in the order in which it came."""
        rows = self._database.rows(
            "select body from notice_item where notice = ? and number > ? and number <= ? order by number",
            (notice.id, notice.told, notice.items),
        )
        return tuple(bytes(body) for (body,) in rows)

    def reach(self, notice: Notice) -> tuple[int, int]:
        """(targets that the next message tells first, targets in all)."""
        ((new, all_),) = self._database.rows(
            "select coalesce(sum(case when least_ > ? then 1 else 0 end), 0), count(*) from"
            " (select target, min(number) as least_ from notice_item where notice = ? and number <= ? group by target)"
            " reached",
            (notice.told, notice.id, notice.items),
        )
        return int(new), int(all_)

    def claim(
        self, channel: str, holder: str, *, until: datetime, now: datetime, dead: Callable[[str], bool]
    ) -> Claim | None:
        """The right to send by a channel; `None` while somebody else has it, or it is left alone after a failure."""
        at = keys.stamp(now)
        with self._database.write():
            self._database.run(
                "insert into notice_channel (channel) values (?) on conflict (channel) do nothing", (channel,)
            )
            ((token, claimed, by, failures, since, not_before),) = self._database.rows(
                "select token, claimed, holder, failures, since, not_before from notice_channel where channel = ?"
                + self._database.words["for_update"],
                (channel,),
            )
            ahead = keys.stamp(now + keys.AHEAD)
            if at < not_before <= ahead or (at < claimed <= ahead and not dead(by or "")):
                return None
            self._database.run(
                "update notice_channel set token = ?, claimed = ?, holder = ? where channel = ?",
                (token + 1, keys.stamp(until), holder, channel),
            )
        return Claim(channel=channel, token=token + 1, failures=failures, since=keys.moment_or_none(since))

    def begin(self, claim: Claim, notices: Sequence[Notice], message: str, *, until: datetime) -> None:
        """Note that a message is on its way. Raises `StaleLeaseError` where somebody else has the channel."""
        with self._database.write():
            self._hold(claim, keys.stamp(until))
            for one in notices:
                self._database.run("update notice set trying = ? where id = ?", (message, one.id))

    def sent(
        self, claim: Claim, notices: Sequence[Notice], *, reference: str | None, now: datetime, silent: bool = False
    ) -> None:
        """Note that a message carried all that there was of these incidents; `silent`: that none was needed."""
        with self._database.write():
            self._hold(claim, None)
            for one in notices:
                self._database.run(
                    "update notice set told = ?, sent = sent + ?, sent_at = ?, reference = coalesce(reference, ?),"
                    " trying = null, failures = 0, failure = null where id = ?",
                    (one.items, int(not silent), keys.stamp(now), reference, one.id),
                )

    def failed(self, claim: Claim, notices: Sequence[Notice], why: str) -> None:
        """Note that a message did not arrive, as far as anybody knows."""
        with self._database.write():
            self._hold(claim, None)
            for one in notices:
                self._database.run(
                    "update notice set failures = failures + 1, failure = ? where id = ?", (keys.text(why), one.id)
                )

    def release(
        self, claim: Claim, *, now: datetime, failure: str | None = None, again: datetime | None = None
    ) -> None:
        """Give a channel back; after a failure nobody sends by it until `again`."""
        at = keys.stamp(now)
        end = "claimed = 0, holder = null, token = token + 1 where channel = ? and token = ?"
        with self._database.write():
            if failure is None:
                self._database.run(
                    f"update notice_channel set failures = 0, failure = null, since = null, not_before = 0, {end}",
                    (claim.channel, claim.token),
                )
            else:
                self._database.run(
                    "update notice_channel set failures = failures + 1, failure = ?, since = coalesce(since, ?),"
                    f" not_before = ?, {end}",
                    (keys.text(failure), at, keys.stamp(again or now), claim.channel, claim.token),
                )

    def channels(self) -> tuple[ChannelState, ...]:
        """How sending goes, by every channel that was ever used."""
        rows = self._database.rows(
            "select c.channel, c.failures, c.failure, c.since, c.not_before,"
            " (select count(*) from notice n where n.channel = c.channel and n.told < n.items),"
            " (select max(n.sent_at) from notice n where n.channel = c.channel and n.sent > 0)"
            " from notice_channel c order by c.channel"
        )
        return tuple(
            ChannelState(
                channel=row[0], failures=row[1], failure=row[2], since=keys.moment_or_none(row[3]),
                not_before=keys.moment_or_none(row[4] or None), waiting=row[5], sent_at=keys.moment_or_none(row[6]),
            )
            for row in rows
        )  # fmt: skip

    def forget(self, *, before: datetime) -> None:
        """Delete incidents that were over long ago, and are told."""
        with self._database.write():
            old = "told = items and grown < ?"
            self._database.run(
                f"delete from notice_item where notice in (select id from notice where {old})", (keys.stamp(before),)
            )
            self._database.run(f"delete from notice where {old}", (keys.stamp(before),))

    def drop(self, channel: str, *, before: datetime) -> None:
        """Give up what waits for a channel since then."""
        with self._database.write():
            self._database.run(
                "update notice set told = items where channel = ? and told < items and grown < ?",
                (channel, keys.stamp(before)),
            )

    def _hold(self, claim: Claim, until: int | None) -> None:
        touched = self._database.run(
            "update notice_channel set claimed = coalesce(?, claimed) where channel = ? and token = ?",
            (until, claim.channel, claim.token),
        )
        if not touched:
            raise StaleLeaseError(
                f"channel {claim.channel} is used by another process now",
                where=self._database.where,
                hint="nothing is lost: whoever has it sends",
            )


def _notice(row: Row) -> Notice:
    return Notice(
        id=row[0],
        channel=row[1],
        team=row[2],
        kind=row[3],
        subject=row[4],
        opened=keys.moment(row[5]),
        about=bytes(row[6]),
        items=row[7],
        told=row[8],
        sent=row[9],
        sent_at=keys.moment_or_none(row[10]),
        reference=row[11],
        trying=row[12],
        failures=row[13],
    )
