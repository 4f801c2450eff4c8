"""The findings of the page: in full, as lines that open, and those that somebody decided on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from scanner.model.finding import Finding, FindingClass
from scanner.model.report import Report
from scanner.reports import telling
from scanner.reports.html import stories
from scanner.reports.html.markup import NOTHING, Markup, badge, code, facts, section, tag

_OPEN = 12
"""Findings told in full that stand open: the rest is a list that one opens."""
_TOLD = 10_000
"""Findings of lesser weight that are told at all."""


def findings(
    report: Report, in_full: Sequence[Finding], others: Sequence[Finding], places: Mapping[str, str]
) -> Markup:
    """What counts: the grave in full, the others by class as lines that open."""
    exposures = {one.finding: one for one in report.history.exposures} if report.history else {}
    told = [
        stories.full(finding, number, opened=number <= _OPEN, exposure=exposures.get(finding.id), places=places)
        for number, finding in enumerate(in_full, 1)
    ]
    groups = []
    for class_ in FindingClass:
        these = [one for one in others if one.class_ is class_]
        if not these:
            continue
        counts = ", ".join(f"{count:,} {grade}" for grade, count in Counter(map(telling.grade, these)).items())
        head = tag("h3", f"{telling.TITLES[class_]}: ", tag("span", counts, class_="counts"))
        rows = [stories.row(one, places) for one in these[:_TOLD]]
        if len(these) > _TOLD:
            rows.append(tag("li", f"and {len(these) - _TOLD:,} more (--format json has all)"))
        groups.append(tag("div", head, tag("ul", *rows, class_="rows"), class_="group"))
    tools = _tools() if len(in_full) + len(others) > 3 else NOTHING
    return section("Findings", tools, *told, *groups, id_="findings") if told or groups else NOTHING


def _tools() -> Markup:
    """For who has many: hidden until the script is there."""
    return tag(
        "div",
        tag("label", "Show only what says ", tag("input", type="search", id="filter", autocomplete="off")),
        tag("button", "Open all", type="button", id="open"),
        tag("button", "Close all", type="button", id="close"),
        tag("span", id="shown", role="status"),
        class_="tools",
        hidden=True,
    )


def listed(title: str, found: Sequence[Finding], places: Mapping[str, str], *, id_: str, note: str) -> Markup:
    """A section of lines that open."""
    rows = [stories.row(one, places) for one in found[:_TOLD]]
    if len(found) > _TOLD:
        rows.append(tag("li", f"and {len(found) - _TOLD:,} more (--format json has all)"))
    whole = tag("ul", *rows, class_="rows") if rows else NOTHING
    return section(f"{title} ({len(found):,})", whole, id_=id_, note=note)


def suppressed(found: Sequence[Finding]) -> Markup:
    """What somebody decided on, with the reason and until when."""
    rows = []
    for finding in found[:_TOLD]:
        decision = finding.suppressed
        assert decision is not None
        told = facts((
            ("Reason", decision.reason),
            ("Until", decision.expires or "no end"),
            ("VEX says", " ".join(filter(None, (decision.stated, decision.justification))) or None),
            ("Decided by", decision.by),
            ("Written in", code(decision.where) if decision.where else None),
            ("Place", code(telling.at(finding.evidence[0].location)) if finding.evidence else None),
            ("Finding", code(finding.id)),
        ))  # fmt: skip
        head = [
            badge(telling.grade(finding), f"grade {stories.tone(finding)}"),
            tag("span", tag("bdi", finding.title), class_="title"),
        ]
        rows.append(tag("li", tag("div", *head, class_="line"), told, class_="row decided"))
    if len(found) > _TOLD:
        rows.append(tag("li", f"and {len(found) - _TOLD:,} more (--format json has all)"))
    whole = tag("ul", *rows, class_="rows") if rows else NOTHING
    return section(f"Suppressed ({len(found):,})", whole, id_="suppressed",
                   note="Somebody decided that these do not count, and said why and until when.")  # fmt: skip
