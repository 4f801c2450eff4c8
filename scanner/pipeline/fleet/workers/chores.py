"""What one worker does for all: it asks organisations and drop folders what there is, tells people what is new, and
matches what is newly known with the past.

All of it may take minutes: each has a process of its own, which ends when its time is over, and looks go on beside it.
Which worker it is the store says, so that it is the same with and without a queue.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum

from scanner.errors import PratiqueError
from scanner.fleet.store import Store, open_store
from scanner.pipeline.fleet import exposing, listing, noticing
from scanner.pipeline.fleet.listing import Refreshed
from scanner.pipeline.fleet.pool import Closable, Died, Pool
from scanner.pipeline.fleet.workers.knowledge import Knowledge
from scanner.pipeline.fleet.workers.log import Log
from scanner.pipeline.fleet.workers.messages import Chored
from scanner.pipeline.fleet.workers.plan import Plan

_EVERY = timedelta(minutes=1)
"""From one question whether there is something to ask or to tell to the next, for all workers together."""


class Chore(StrEnum):
    LISTINGS = "listings"
    NOTICES = "notices"
    PAST = "past"


_LONGEST = {Chore.LISTINGS: timedelta(minutes=15), Chore.NOTICES: timedelta(minutes=5), Chore.PAST: exposing.LONGEST}
"""That a chore may take. A listing that fails is left alone for as long, and so is what a dead worker was at."""
_ROOM = timedelta(minutes=5)
"""After that no further listing is begun: each is to have ten minutes."""


class Chores:
    """A process for each chore, beside the crew. Keep no store open beside it."""

    def __init__(self, plan: Plan, log: Log, *, others: Callable[[], Sequence[Closable]]) -> None:
        """`others`: ends of further pipes of this process."""
        self._plan, self._log = plan, log
        self._all = [one for one in Chore if one is not Chore.NOTICES or plan.notices is not None]
        self.pool: Pool[Chore, None, Chored] = Pool(self._work, count=len(self._all), others=others)
        self._given = dict.fromkeys(self._all, float("-inf"))

    def begin(self) -> None:
        """Whatever was not begun for a while."""
        now, busy = time.monotonic(), self.pool.busy()
        for one in self._all:
            if one not in busy and now > self._given[one] + _EVERY.total_seconds():
                self._given[one] = now
                self.pool.give(one)

    def ended(self) -> list[Chored]:
        """What came of those that have ended by now."""
        found: list[Chored] = []
        for chore, seconds in self.pool.busy().items():
            if seconds > _LONGEST[chore].total_seconds():
                self.pool.kill(chore)
        for chore, did in self.pool.wait(0):
            if isinstance(did, Died):
                self._log("chore ended early", level="error", chore=chore.value, status=did.status or 0)
                did = _failed(chore)
            found.append(did)
        return found

    def close(self) -> None:
        self.pool.close()

    @contextmanager
    def _work(self) -> Iterator[Callable[[Chore, object], Chored]]:
        doing = _Doing(self._plan, self._log)
        yield lambda chore, _: doing.do(chore)


class _Doing:
    """In the process of a chore: does it, and remembers which complaints it has made."""

    def __init__(self, plan: Plan, log: Log) -> None:
        self._plan, self._log = plan, log
        self._known = Knowledge(plan.settings)
        self._said: dict[str, str] = {}

    def do(self, chore: Chore) -> Chored:
        try:
            with open_store(self._plan.where) as store:
                return _WAYS[chore](self, store)
        except PratiqueError as error:
            self._warn("out of reach", chore.value, str(error))
            return _failed(chore)

    def _list(self, store: Store) -> Chored:
        """Those that are due, one after the other; each of them by one worker, whichever comes first."""
        settings, began = self._plan.listings, time.monotonic()
        listed = not_listed = 0
        for one in store.listings():
            if not listing.is_due(one, settings.now()):
                continue
            if time.monotonic() > began + _ROOM.total_seconds():
                break  # the next would have too little time
            if listing.anonymous(one, settings):
                self._warn("not listed", one.name, "this worker has no key for it, and leaves it to one that has")
                continue
            name, now = f"listing {one.id}", settings.now()
            mine = store.take_chore(name, until=now + _LONGEST[Chore.LISTINGS], now=now)
            if mine is None:
                continue
            # Asked again whether it is due: another worker may have been quicker.
            for told in listing.refresh(store, settings, names=[one.name], due=True):
                if told.failure:
                    not_listed += 1
                    self._warn("not listed", one.name, told.failure)
                else:
                    listed += 1
                    self._listed(told)
                    store.end_chore(name, mine, again=now)
        return Chored(listed=listed, not_listed=not_listed)

    def _listed(self, told: Refreshed) -> None:
        self._said.pop(told.listing, None)
        changed = told.changed
        counts = {
            "added": changed.added, "renamed": changed.renamed, "merged": changed.merged, "back": changed.back,
            "gone": changed.gone, "replaced": changed.replaced, "problems": told.problems,
        }  # fmt: skip
        what = ", ".join(f"{len(found):,} {word}" for word, found in counts.items() if found)
        self._log("listed", listing=told.listing, seen=told.seen, changes=what or "none")
        for problem in told.problems:
            self._warn("not listed", problem.where, problem.what)

    def _tell(self, store: Store) -> Chored:
        settings, now = self._plan.notices, self._plan.settings.now()
        assert settings is not None
        mine = store.take_chore(Chore.NOTICES, until=now + _LONGEST[Chore.NOTICES], now=now)
        if mine is None:
            return Chored()
        try:
            told = noticing.tell(store, settings, now=now)
        finally:
            store.end_chore(Chore.NOTICES, mine, again=now + _EVERY)
        for channel, message in told.sent:
            self._said.pop(channel, None)
            self._log("told", channel=channel, team=message.team, title=message.title)
        for one in (*told.failed, *told.remarks):
            self._warn("not told", one.channel, one.why)
        if told.unrouted:
            self._warn("no route", ", ".join(told.unrouted), "the default was told")
        return Chored(told=len(told.sent), not_told=len(told.failed) + len(told.remarks))

    def _match(self, store: Store) -> Chored:
        """Once looks are at what this worker knows: one that is behind would match with less than was matched."""
        name, settings = self._known.name(), self._plan.settings
        if store.exposures.newest_intelligence() != name:
            return Chored()
        past = exposing.rematch_new(
            store,
            settings.intel_directory,
            intelligence=name,
            now=settings.now(),
            environ=settings.environ,
            home=settings.home,
        )
        for hit in past.hits:
            self._log("exposed", level="warning", record=hit.record, targets=hit.targets, certain=hit.certain)
        for problem in past.problems:
            self._warn("not matched", problem.where, problem.what)
        return Chored(exposed=sum(hit.targets for hit in past.hits))

    def _warn(self, event: str, what: str, why: str) -> None:
        """Say it once: the same comes every minute for as long as nobody mends it."""
        if self._said.get(what) != why:
            self._said[what] = why
            self._log(event, level="warning", what=what, why=why)


_WAYS = {Chore.LISTINGS: _Doing._list, Chore.NOTICES: _Doing._tell, Chore.PAST: _Doing._match}


def _failed(chore: Chore) -> Chored:
    match chore:
        case Chore.LISTINGS:
            return Chored(not_listed=1)
        case Chore.NOTICES:
            return Chored(not_told=1)
        case Chore.PAST:
            return Chored(not_matched=1)
