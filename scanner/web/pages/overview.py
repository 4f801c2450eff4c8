"""What is on fire, in one line; then what came of the last days, and what could not be seen."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from scanner.fleet.store import Store
from scanner.fleet.store.summaries import Freshness, Page, Reach
from scanner.fleet.store.values import Question
from scanner.model.finding import FindingClass, State
from scanner.model.report import FeedState
from scanner.pipeline.knowledge import open_library
from scanner.web.pages import trend
from scanner.web.pages.visit import Visit, Visitor
from scanner.wording import counted

_NAMED, _NEWS = 6, 7
_DAYS = 30
_GRAVE = (FindingClass.COMPROMISE, FindingClass.SUSPICIOUS_CHANGE, FindingClass.INTEGRITY)
_LATE = ("stale", "missing", "broken")
router = APIRouter()


class Standing(NamedTuple):
    """The verdict of the fleet."""

    tone: str
    word: str
    said: str
    todo: str


class Counts(NamedTuple):
    """What is open and counts, by how grave it is."""

    certain: Reach
    possible: Reach
    changes: Reach
    integrity: Reach
    vulnerable: int
    """Targets with vulnerabilities."""


@router.get("/")
def overview(visit: Visitor) -> HTMLResponse:
    store, now = visit.store, visit.now
    counts, fresh = open_now(visit), store.freshness(now=now)
    with open_library(visit.settings.intel_directory, now=now) as library:
        feeds, names = library.searched(), {one.id: one.name for _, one in library.campaigns()}
    days = store.trend(now=now, days=_DAYS)
    late = [one for one in feeds if one.status in _LATE]
    return visit.page(
        "overview.html",
        standing=standing(counts, fresh, late),
        reached=store.exposures.reached(),
        urgent=urgent(store, _open(visit)),
        counts=counts,
        fresh=fresh,
        feeds=feeds,
        late=late,
        days=days,
        picture=trend.draw(days),
        said=trend.said(days),
        news=sorted(store.news(), key=lambda one: one.class_ not in _GRAVE)[:_NEWS],
        outbreaks=[one for one in store.campaigns() if one.exposed][:_NAMED],
        names=names,
    )


def _open(visit: Visit) -> Question:
    return Question(silenced=False, now=visit.now, near_misses=False)


def open_now(visit: Visit) -> Counts:
    """What is open, and set aside by nobody."""

    def reach(class_: FindingClass, state: State | None = None) -> Reach:
        return visit.store.reach(msgspec.structs.replace(_open(visit), class_=class_, state=state))

    return Counts(
        certain=reach(FindingClass.COMPROMISE, State.CERTAIN),
        possible=reach(FindingClass.COMPROMISE, State.POSSIBLE),
        changes=reach(FindingClass.SUSPICIOUS_CHANGE),
        integrity=reach(FindingClass.INTEGRITY),
        vulnerable=visit.store.reached(msgspec.structs.replace(_open(visit), class_=FindingClass.VULNERABILITY)),
    )


def urgent(store: Store, question: Question) -> Page:
    """What somebody should look at first: compromises, the certain ones before the possible ones."""
    compromises = msgspec.structs.replace(question, class_=FindingClass.COMPROMISE)
    certain = store.findings_page(msgspec.structs.replace(compromises, state=State.CERTAIN), limit=_NAMED)
    if certain.findings:
        return certain
    possible = store.findings_page(msgspec.structs.replace(compromises, state=State.POSSIBLE), limit=_NAMED)
    if possible.findings:
        return possible
    return store.findings_page(msgspec.structs.replace(question, class_=FindingClass.SUSPICIOUS_CHANGE), limit=_NAMED)


def standing(counts: Counts, fresh: Freshness, late: list[FeedState]) -> Standing:
    """One line. Clear is earned: all was looked at, lately, with fresh knowledge, and nothing was found."""
    if counts.certain.targets:
        many = counted(counts.certain.targets, "target is", "targets are")
        return Standing(
            "critical", "Compromised", f"{many} compromised",
            "Treat machines that installed or built these as lost. Begin with the first; its owner stands beside it.",
        )  # fmt: skip
    if counts.possible.targets or counts.changes.targets:
        targets = max(counts.possible.targets, counts.changes.targets)
        return Standing(
            "high", "Suspicious", f"{counted(targets, 'target needs', 'targets need')} somebody to look",
            "No compromise is certain. Somebody has to read the lines below and say what they are.",
        )  # fmt: skip
    unseen = fresh.never.count + fresh.failing.count + fresh.overdue.count + fresh.incomplete.count
    if not fresh.targets:
        return Standing("medium", "Incomplete", "Nothing is looked at yet",
                        "Add repositories with pratique fleet add, then run pratique fleet scan.")  # fmt: skip
    if unseen or late:
        return Standing("medium", "Incomplete", "No compromise was found, but not everything could be checked",
                        "That is no clean bill of health. Close the gaps below.")  # fmt: skip
    if counts.integrity.targets or counts.vulnerable:
        return Standing("medium", "Vulnerable", "No sign of a compromise, but known vulnerabilities",
                        "Nothing here attacks you. Update what is listed, the gravest first.")  # fmt: skip
    return Standing("good", "Clear", "Nothing was found in any target", "Everything was looked at, with fresh feeds.")
