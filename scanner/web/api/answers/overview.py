"""The fleet at a glance."""

from __future__ import annotations

from datetime import datetime

from scanner.fleet.store import summaries
from scanner.model.report import FeedState
from scanner.web.api.answers.base import Answer, Text
from scanner.web.api.answers.spread import DayLine


class FeedLine(Answer):
    """A source of knowledge, and how old it is."""

    name: Text
    """Feed or list."""
    records: int
    """Advisories or indicators in it."""
    newest: Text | None
    """Time of the newest record."""
    fetched: Text | None
    """When it was fetched."""
    age_hours: float | None
    """Since then; `null` for what travels inside pratique."""
    status: Text
    """fresh, stale, embedded, missing or broken."""

    @classmethod
    def of(cls, feed: FeedState) -> FeedLine:
        return cls(
            name=feed.name,
            records=feed.records,
            newest=feed.newest,
            fetched=feed.fetched,
            age_hours=feed.age_hours,
            status=feed.status,
        )


class FeedList(Answer):
    """What everything is checked against."""

    feeds: list[FeedLine]
    """Campaigns, lists and feeds."""
    late: int
    """How many of them are stale, missing or broken."""


class LaggingTargets(Answer):
    """Targets that something is amiss with."""

    count: int
    """How many."""
    first: list[int]
    """Numbers of those that have waited longest, twenty at most."""

    @classmethod
    def of(cls, lagging: summaries.Lagging) -> LaggingTargets:
        return cls(count=lagging.count, first=[one.id for one in lagging.first])


class FreshnessOfTargets(Answer):
    """How far what is told of the targets can be trusted to be today's."""

    never: LaggingTargets
    """Never looked at with success."""
    failing: LaggingTargets
    """The last look failed."""
    overdue: LaggingTargets
    """Not looked at for twice their own interval."""
    incomplete: LaggingTargets
    """The last look could not see everything."""

    @classmethod
    def of(cls, fresh: summaries.Freshness) -> FreshnessOfTargets:
        return cls(
            never=LaggingTargets.of(fresh.never),
            failing=LaggingTargets.of(fresh.failing),
            overdue=LaggingTargets.of(fresh.overdue),
            incomplete=LaggingTargets.of(fresh.incomplete),
        )


class Overview(Answer):
    """Counts, verdicts and the last thirty days."""

    at: datetime
    """The moment of the answer."""
    targets: int
    """How many there are."""
    verdicts: dict[str, int]
    """Verdict → targets; `unseen`: never looked at."""
    open_findings: dict[str, int]
    """Class → findings that are there now and count; near misses are left out."""
    silenced_findings: int
    """Findings that are there now and are set aside."""
    exposed_before_known: int
    """Targets that had something of a campaign before it was known, and of which no finding tells."""
    campaigns_before_known: int
    """Those campaigns."""
    freshness: FreshnessOfTargets
    """Whom it may be wrong about."""
    trend: list[DayLine]
    """The last thirty days, oldest first."""
