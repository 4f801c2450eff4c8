"""Times, counts and grades as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

from scanner.fleet.store.values import Sighting, Stored, Target
from scanner.model.finding import Finding, FindingClass
from scanner.model.purl import Purl
from scanner.reports import telling
from scanner.reports.html import stories
from scanner.wording import counted

CLASSES = {
    FindingClass.COMPROMISE: "compromise",
    FindingClass.SUSPICIOUS_CHANGE: "suspicious change",
    FindingClass.INTEGRITY: "integrity",
    FindingClass.VULNERABILITY: "vulnerability",
    FindingClass.HYGIENE: "hygiene",
}
EVENTS = {"introduced": "came", "gone": "went", "reopened": "came back", "surer": "is surer now"}
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def ago(time: datetime | None, now: datetime) -> str:
    """How long ago, in one unit."""
    if time is None:
        return "never"
    seconds = int((now - time).total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{counted(seconds // size, unit)} ago"
    return "just now"


def every(target: Target) -> str:
    """How often it is looked at."""
    if target.every is None:
        return "only when somebody asks"
    hours = target.every / 3_600
    return f"every {hours:g} hours" if hours != 1 else "every hour"


def day(time: datetime | None) -> str:
    return "–" if time is None else f"{time.astimezone(UTC):%Y-%m-%d}"


def grade(finding: Finding) -> str:
    """How sure a compromise is, how grave anything else."""
    return str(finding.state) if finding.class_ is FindingClass.COMPROMISE else telling.grade(finding)


def tone(finding: Finding) -> str:
    return stories.tone(finding)


def path(one: Stored) -> str:
    """The file, and the line where it is known."""
    if one.finding.evidence:
        return telling.at(one.finding.evidence[0].location)
    return "" if one.finding.component is None else telling.at(one.finding.component.location)


def held(one: Sighting) -> str:
    """From which day to which."""
    return f"{day(one.first)} to {'this day' if one.gone is None else day(one.last)}"


def short(address: str) -> str:
    """The last two parts of an address, by which people call it."""
    parts = [part for part in address.rstrip("/").removesuffix(".git").replace(":", "/").split("/") if part]
    return "/".join(parts[-2:]) or address


def unversioned(purl: Purl) -> str:
    """The package, whatever its version."""
    return str(purl.without_version())
