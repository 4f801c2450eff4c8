"""The store behind one small interface, whichever database is underneath."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType

from msgspec import UNSET, UnsetType

from scanner.errors import UsageError
from scanner.fleet.store import (
    audit,
    campaigns,
    chores,
    contents,
    everything,
    exposures,
    freshness,
    keys,
    lately,
    listings,
    migrations,
    notices,
    packages,
    record,
    retention,
    retro,
    sightings,
    spans,
    stands,
    statistics,
    targets,
    triage,
    views,
)
from scanner.fleet.store.audit import Note
from scanner.fleet.store.database import Database
from scanner.fleet.store.errors import StaleLeaseError
from scanner.fleet.store.listings import Changed, Listed, Listing, Member
from scanner.fleet.store.people import People
from scanner.fleet.store.summaries import (
    Day,
    Freshness,
    News,
    Order,
    Outbreak,
    Outbroken,
    Packages,
    Page,
    Reach,
    Stand,
    Statistics,
    Swept,
)
from scanner.fleet.store.values import (
    Decision,
    Due,
    Event,
    Held,
    Kept,
    Lease,
    Question,
    Recorded,
    Sighting,
    Snapshot,
    Stored,
    Struck,
    Target,
)
from scanner.model.campaign import Indicator
from scanner.model.component import Component


class Store:
    """Everything that the fleet ever held. One for each thread: it is one connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    @property
    def where(self) -> str:
        """The file, or the address without its password."""
        return self._database.where

    @property
    def notices(self) -> notices.Notices:
        """Who was told of what."""
        return notices.Notices(self._database)

    @property
    def exposures(self) -> exposures.Exposures:
        """Whom what became known later had hit."""
        return exposures.Exposures(self._database)

    # Targets

    def add(
        self,
        address: str,
        *,
        kind: str,
        now: datetime,
        owner: str | None = None,
        every: int | None = None,
        labels: Collection[str] = (),
    ) -> Target:
        """Add a target. One that is there already keeps what is said of it, and gets the further labels."""
        return targets.add(self._database, address, kind=kind, now=now, owner=owner, every=every, labels=labels)

    def target(self, id_: int) -> Target:
        """One target. Raises `UsageError` where there is none of that number."""
        return targets.get(self._database, id_)

    def targets(
        self,
        *,
        label: str | None = None,
        owner: str | None = None,
        address: str | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> tuple[Target, ...]:
        """Targets by number, behind `after`; `address` is any part of it, in any case."""
        return targets.listed(self._database, label=label, owner=owner, address=address, after=after, limit=limit)

    def change(
        self, id_: int, *, owner: str | UnsetType | None = UNSET, every: int | UnsetType | None = UNSET
    ) -> Target:
        """Say anew who answers for a target, and every how many seconds it is looked at. What is not said stays."""
        return targets.change(self._database, id_, owner=owner, every=every)

    def label(self, id_: int, *, add: Collection[str] = (), remove: Collection[str] = ()) -> Target:
        """Put labels on a target, and take others off."""
        return targets.label(self._database, id_, add=add, remove=remove)

    def remove(self, id_: int) -> None:
        """Forget a target and all that it ever held. What only it held is deleted by the next `keep`."""
        targets.remove(self._database, id_)

    def due(self, *, now: datetime, intelligence: str, limit: int = 1000) -> tuple[Due, ...]:
        """Targets that nobody holds and that are to be looked at, those that have waited longest first."""
        return targets.due(self._database, now=now, intelligence=intelligence, limit=limit)

    # Where targets come from

    def remember_listing(self, name: str, *, how: str, every: int | None) -> Listing:
        """Keep a listing; one of that name is asked in the new way from now on, and brings removed targets back."""
        return listings.remember(self._database, name, how=how, every=every)

    def forget_listing(self, name: str) -> None:
        """Ask a listing no more. Its targets stay. Raises `UsageError` where there is none of that name."""
        listings.forget(self._database, listings.named(self._database, name).id)

    def listings(self) -> tuple[Listing, ...]:
        """All that lists targets, in the order in which they came."""
        return listings.every(self._database)

    def listing_failed(self, id_: int, what: str) -> None:
        """Note why a listing did not answer. Nothing else changes."""
        listings.failed(self._database, id_, what)

    def take_listing(
        self, id_: int, listed: Sequence[Listed], *, left_out: Mapping[str, str | None], now: datetime
    ) -> Changed:
        """Make the targets of a listing what it names now, all or nothing; nobody is deleted, only marked as gone.

        `left_out` are keys that it names and nobody wants, with the reason; without one, a target that is there stays.
        """
        return listings.take(self._database, id_, listed, left_out=left_out, now=now)

    def members(self, *, listing: int | None = None, targets: Collection[int] | None = None) -> tuple[Member, ...]:
        """Targets of listings, by target: all, those of one listing, or where these targets come from."""
        return listings.members(self._database, listing=listing, targets_=targets)

    # What workers do one at a time

    def take_chore(
        self,
        chore: str,
        *,
        until: datetime,
        now: datetime,
        holder: str | None = None,
        dead: Callable[[str], bool] = lambda _: False,
    ) -> int | None:
        """The right to do it until then, as a token for `end_chore`; `None` while it is somebody's, or not yet time.

        A holder that is `dead` is replaced at once.
        """
        return chores.take(self._database, chore, until=until, now=now, holder=holder, dead=dead)

    def end_chore(self, chore: str, token: int, *, again: datetime) -> None:
        """Nobody does it until `again`. Nothing happens where somebody else has taken it meanwhile."""
        chores.end(self._database, chore, token, again=again)

    # Looking at one of them

    def lease(self, target: int, worker: str, *, until: datetime, now: datetime) -> Lease | None:
        """The right to record a target; `None` while somebody else has it. A newer lease ends all older ones."""
        return targets.lease(self._database, target, worker, until=until, now=now)

    def renew(self, held: Lease, *, until: datetime) -> None:
        """Hold it for longer. Raises `StaleLeaseError` where somebody else has it."""
        targets.renew(self._database, held, until=until)

    def release(self, held: Lease) -> None:
        """Give it back. The lease is worth nothing afterwards."""
        targets.release(self._database, held)

    def failed(self, held: Lease, what: str, *, again: datetime) -> int:
        """Note that looking failed, and give it back until `again`; how often in a row that has happened."""
        return targets.failed(self._database, held, what, again=again)

    def known(self, contents_: Collection[tuple[bytes, str]]) -> frozenset[tuple[bytes, str]]:
        """Of these (content digest, reader) those whose components are stored: nobody needs to parse them again."""
        return contents.known(self._database, contents_)

    def record(self, held: Lease, snapshot: Snapshot) -> Recorded:
        """Store a snapshot, all or nothing, and say which findings changed by it.

        The same revision, tool and intelligence as in the last snapshot: nothing is written but when somebody looked.
        Raises `StaleLeaseError` where somebody else holds the target, `UsageError` where the snapshot is older than
        the last one or a source that is not stored comes without its components.
        """
        return record.record(self._database, held, snapshot)

    def record_all(
        self, results: Sequence[tuple[Lease, Snapshot]]
    ) -> tuple[Recorded | StaleLeaseError | UsageError, ...]:
        """`record` for several targets in one transaction, several times faster: for a first night, or a backlog.

        What is refused is told in its place, and leaves the others alone.
        """
        return record.record_all(self._database, results)

    # What was seen

    def snapshots(self, target: int, *, limit: int = 100) -> tuple[Kept, ...]:
        """The newest snapshots of a target first."""
        return statistics.snapshots(self._database, target, limit=limit)

    def inventory(self, target: int, *, at: datetime | None = None) -> tuple[Held, ...]:
        """What a target holds, or held at a moment: enough to match it again without reading it again."""
        return spans.inventory(self._database, target, None if at is None else keys.stamp(at))

    def sightings(self, family: str, name: str, version: str | None = None) -> tuple[Sighting, ...]:
        """Every target that ever held a package (ecosystem without suffix, normalised name), where and when."""
        return sightings.of_package(self._database, family, name, version)

    def retro_match(self, indicators: Sequence[Indicator], *, near_misses: bool = False) -> tuple[Struck, ...]:
        """Everything ever seen that an indicator means: packages, digests, commits, domains, IPs, URLs, repositories.

        Domains from which everybody's packages come are the caller's to leave out.
        """
        return retro.match(self._database, indicators, near_misses=near_misses)

    def packages(self, text: str, *, after: str | None = None, limit: int = 20) -> Packages:
        """Packages by a part of their name or by package URL, with versions and the number of targets.

        Raises `UsageError` for a cursor that is none.
        """
        return packages.search(self._database, text, after=after, limit=limit)

    def names(self, *, after: everything.Name | None = None, limit: int = 1000) -> tuple[everything.Name, ...]:
        """Names of all packages that were ever seen, (ecosystem, name) in order, behind `after`."""
        return everything.names(self._database, after, limit)

    def versions(self, wanted: Collection[everything.Name]) -> Mapping[int, Component]:
        """Every version of these packages that was ever seen, by a number for `seen_anywhere`."""
        return everything.versions(self._database, wanted)

    def seen_anywhere(self, components: Sequence[int]) -> tuple[tuple[int, Sighting], ...]:
        """Who ever held these versions; a requirement that a lock pins all the while is not told."""
        return everything.seen(self._database, components)

    # Findings

    def findings(
        self, question: Question, *, after: tuple[int, str] | None = None, limit: int = 1000
    ) -> tuple[Stored, ...]:
        """Findings by target and id, behind `after`: the target and id of the last one seen."""
        return triage.asked(self._database, question, after=after, limit=limit)

    def findings_page(
        self, question: Question, *, order: Order = Order.WORST, after: str | None = None, limit: int = 50
    ) -> Page:
        """Findings in an order for people, behind the cursor of the page before.

        Raises `UsageError` for a cursor that is none, or one of another order.
        """
        return views.findings(self._database, question, order=order, after=after, limit=limit)

    def finding(self, target: int, finding: str) -> Stored:
        """One finding. Raises `UsageError` where there is none of that id."""
        return triage.one(self._database, target, finding)

    def campaigns(self) -> tuple[Outbreak, ...]:
        """Every campaign that something was found of, those that reach the most targets now first."""
        return campaigns.outbreaks(self._database)

    def campaign(self, campaign: str, *, after: int = 0, limit: int = 1000) -> Outbroken:
        """Whom one campaign reached, by target behind `after`, and its days. Raises `UsageError` for one of nobody."""
        return campaigns.outbroken(self._database, campaign, after=after, limit=limit)

    def count(self, question: Question) -> int:
        """How many findings there are."""
        return triage.count(self._database, question)

    def reach(self, question: Question, *, most: int | None = None) -> Reach:
        """How many findings there are, and in how many targets; of more than `most`, only that there are more."""
        return lately.reach(self._database, question, most=most)

    def reached(self, question: Question) -> int:
        """In how many targets there is a finding: quick where most of them have one."""
        return lately.targets(self._database, question)

    def news(self, *, target: int | None = None, events: int = 1000) -> tuple[News, ...]:
        """What the last looks changed, newest first: the last so many events, one entry for each target and moment."""
        return lately.news(self._database, target=target, events=events)

    def assign(self, target: int, finding: str, owner: str | None) -> None:
        """Say who looks after a finding; `None`: whoever answers for the target."""
        triage.assign(self._database, target, finding, owner)

    def decide(self, decision: Decision) -> None:
        """Note what somebody decided. Earlier decisions stay readable."""
        triage.decide(self._database, decision)

    def decisions(
        self, *, target: int | None = None, finding: str | None = None, limit: int = 1000
    ) -> tuple[Decision, ...]:
        """The newest decisions first."""
        return triage.decisions(self._database, target=target, finding=finding, limit=limit)

    def events(
        self, *, target: int | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Event, ...]:
        """What happened to findings, oldest first."""
        return triage.events(self._database, target=target, since=since, limit=limit)

    # People

    @property
    def people(self) -> People:
        """Who may ask through the web."""
        return People(self._database)

    def note(
        self,
        *,
        at: datetime,
        who: str,
        how: str,
        what: str,
        target: str | None = None,
        address: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Note in the audit log who did what, how they had come (`shell`, `oidc` …), to what, and from where."""
        audit.note(self._database, at=at, who=who, how=how, what=what, target=target, address=address, detail=detail)

    def audit(
        self,
        *,
        who: str | None = None,
        what: str | None = None,
        since: datetime | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> tuple[Note, ...]:
        """The audit log, newest first; `before`: the id of the last entry seen."""
        return audit.notes(self._database, who=who, what=what, since=since, before=before, limit=limit)

    # Keeping house

    def statistics(self) -> Statistics:
        """How much there is."""
        return statistics.statistics(self._database)

    def trend(self, *, now: datetime, days: int = 30) -> tuple[Day, ...]:
        """What each of the last days brought, and what stood open at its end."""
        return statistics.trend(self._database, now=now, days=days)

    def stands(self, *, now: datetime, targets: Sequence[int] | None = None) -> tuple[Stand, ...]:
        """What each target's verdict follows from, of all that were ever looked at or of these."""
        return stands.stands(self._database, now=now, targets=targets)

    def freshness(self, *, now: datetime) -> Freshness:
        """How many targets were never looked at, fail, are overdue, or were seen in part, and the first few of each."""
        return freshness.freshness(self._database, now=now)

    def keep(
        self, *, now: datetime, days: int | None = None, snapshots: int | None = None, dry_run: bool = False
    ) -> Swept:
        """Delete snapshots older than `days` that are not among the last `snapshots`, and what ended before them.

        `dry_run`: only say what would be deleted.
        """
        return retention.keep(self._database, now=now, days=days, snapshots=snapshots, dry_run=dry_run)

    def size(self) -> int:
        """Bytes on the disk."""
        return self._database.size()

    def vacuum(self) -> None:
        """Give back the room of what was deleted. Writers wait for it."""
        self._database.vacuum()


def connect(where: str | Path) -> Database:
    """The database at an address (`postgresql://…`), or in a file; nothing in it is touched."""
    if isinstance(where, str) and where.startswith(("postgresql://", "postgres://")):
        # Imported here: one machine needs no PostgreSQL.
        from scanner.fleet.store.postgres import Postgres

        return Postgres(where, migrations.statements("temporary.sql", Postgres.words))
    from scanner.fleet.store.sqlite import Sqlite

    database = Sqlite(Path(where))
    for statement in migrations.statements("temporary.sql", Sqlite.words):
        database.run(statement)
    return database


def open_store(where: str | Path) -> Store:
    """The store in a file, or at `postgresql://…`: made where there is none, brought up to date where it is older.

    Raises `StoreError` where it belongs to a newer pratique or is no store, `StoreGoneError` where it is out of reach.
    """
    database = connect(where)
    try:
        migrations.migrate(database)
    except BaseException:
        database.close()
        raise
    return Store(database)
