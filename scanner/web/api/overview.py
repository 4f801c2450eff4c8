"""The fleet at a glance, and what it is checked against."""

from __future__ import annotations

from collections import Counter

from scanner.model.finding import FindingClass
from scanner.model.report import Verdict
from scanner.pipeline.fleet import standing
from scanner.pipeline.knowledge import open_library
from scanner.web import access
from scanner.web.api.answers.overview import FeedLine, FeedList, FreshnessOfTargets, Overview
from scanner.web.api.answers.spread import DayLine
from scanner.web.api.asking import Visitor, router

_UNSEEN = "unseen"
_LATE = ("stale", "missing", "broken")
routes = router("overview")


@routes.get("/overview")
def overview(visit: Visitor, _: access.Viewer) -> Overview:
    """Counts, verdicts and the last thirty days."""
    store, now = visit.store, visit.now
    stands = store.stands(now=now)
    fresh, reached = store.freshness(now=now), store.exposures.reached()
    verdicts = Counter(standing.counted(one).verdict.value for one in stands)
    open_: Counter[str] = Counter()
    for one in stands:
        for kind in one.kinds:
            open_["silenced" if kind.silenced else kind.class_.value] += kind.count
    return Overview(
        at=now,
        targets=fresh.targets,
        verdicts={one.value: verdicts[one.value] for one in Verdict} | {_UNSEEN: fresh.targets - len(stands)},
        open_findings={one.value: open_[one.value] for one in FindingClass},
        silenced_findings=open_["silenced"],
        exposed_before_known=reached.of_campaigns,
        campaigns_before_known=reached.campaigns,
        freshness=FreshnessOfTargets.of(fresh),
        trend=[DayLine.of(day) for day in store.trend(now=now)],
    )


@routes.get("/feeds")
def feeds(visit: Visitor, _: access.Viewer) -> FeedList:
    """What everything is checked against, and how old it is."""
    with open_library(visit.settings.intel_directory, now=visit.now) as library:
        states = library.searched()
    return FeedList(feeds=[FeedLine.of(one) for one in states], late=sum(one.status in _LATE for one in states))
