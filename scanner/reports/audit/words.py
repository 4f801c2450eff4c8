"""How the formats of an audit put things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scanner.display import line
from scanner.model.audit import AuditReport, DeliveryChanges, Judgeable, Requirement
from scanner.model.component import Component
from scanner.model.decision import Answer, Recalled
from scanner.model.finding import FindingClass
from scanner.reports import telling

JUDGED = {
    Judgeable.YES: "yes",
    Judgeable.PARTLY: "in part",
    Judgeable.NO: "no",
}
MET = {True: "yes", False: "no", None: "-"}


def called(component: Component) -> str:
    """Name and version, for a list."""
    return f"{line(component.name, limit=100)} {telling.version(component)}".strip()


def names(components: Sequence[Component], most: int) -> str:
    """The first few, and how many more."""
    shown = ", ".join(dict.fromkeys(map(called, components[:most])))
    return f"{shown} and {len(components) - most:,} more" if len(components) > most else shown


def lacking(one: Requirement) -> str:
    """Of how many components it is missing, and what was seen instead."""
    count = f"{len(one.concerned):,} of {one.of:,} lack it" if one.of and one.concerned else ""
    return "; ".join(part for part in (count, line(one.note, limit=300)) if part)


def made(report: AuditReport) -> str:
    """Which kind of document it is, from when, by what."""
    facts = report.facts
    if facts is None:
        return "no SBOM that we read"
    parts = [f"{facts.format} {line(facts.version, limit=20)}".strip()]
    parts.append(f"of {line(facts.created, limit=40)}" if facts.created else "without a time")
    parts.append(f"by {line(', '.join(facts.tools[:3]), limit=120)}" if facts.tools else "by no tool that it names")
    if facts.authors:
        parts.append(f"for {line(', '.join(facts.authors[:2]), limit=120)}")
    return ", ".join(parts)


def counts(changes: DeliveryChanges) -> str:
    """How much of what, the gravest first."""
    found = Counter(change.step for change in changes.steps)
    words = [f"{found[step]:,} {telling.STEPS.get(step, step)}" for step in telling.CHANGES if found[step]]
    if changes.suppliers:
        words.append(telling.number(len(changes.suppliers), "other supplier", "other suppliers"))
    if changes.undigested:
        words.append(f"{len(changes.undigested):,} without a digest now")
    return ", ".join(words) or "nothing"


def code(changes: DeliveryChanges) -> str:
    """How much of it was compared as code; "" where none was."""
    of = changes.code
    if of is None:
        return ""
    words = [f"{telling.number(of.packages, 'release', 'releases')} fetched"]
    if of.compared:
        words.append(f"{of.compared:,} compared with the one before")
    if of.whole:
        words.append(f"{len(of.whole):,} judged whole, for want of one")
    return "; ".join(words)


def since(changes: DeliveryChanges) -> str:
    """Which delivery it is compared with."""
    product = changes.product
    named = f"{called(product)}, " if product is not None else ""
    when = f" of {line(changes.facts.created, limit=40)}" if changes.facts.created else ""
    return f"{line(changes.path)} ({named}{telling.number(changes.before, 'component', 'components')}{when})"


def decided(recalled: Recalled) -> str:
    """What was decided on which delivery, when, by whom, and whether it still counts."""
    one = recalled.decision
    answer = "refused" if one.decide is Answer.REFUSE else "accepted"
    until = "" if one.until is None else f" until {one.until}"
    what = "" if recalled.same else f"the last delivery, {line(one.version or one.sbom, limit=100)}, was "
    said = f"{what}{answer}{until}, on {one.made.date()} by {line(one.by, limit=100)}"
    if recalled.expired:
        return f"{said}: that day has passed, decide anew"
    return said if recalled.same else f"{said}: nobody decided on this one"


def undecided(recalled: Recalled) -> str:
    """What has come since the decision."""
    new = recalled.new
    grave = sum(one.class_ is FindingClass.COMPROMISE for one in new)
    named = f", {telling.number(grave, 'compromise', 'compromises')} among them" if grave else ""
    gone = f"; {len(recalled.gone):,} of then are not there now" if recalled.gone else ""
    came = telling.number(len(new), "finding is new", "findings are new") if new else "no finding is new"
    return f"{came} since{named}{gone}"
