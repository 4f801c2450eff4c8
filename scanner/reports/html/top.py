"""What is read first: the verdict in one line, what to do, what was found and what was missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scanner.model.report import Report, Verdict
from scanner.reports import telling
from scanner.reports.html import changes, words
from scanner.reports.html.markup import NOTHING, Markup, badge, code, facts, join, tag

_SHORT = 6
"""Findings that are named beside the verdict."""
_TONES = {
    Verdict.COMPROMISED: "critical",
    Verdict.SUSPICIOUS: "high",
    Verdict.VULNERABLE: "medium",
    Verdict.INCOMPLETE: "medium",
    Verdict.CLEAR: "good",
}
# Q of the signal flags: "my vessel is healthy and I request free pratique".
_FLAG = Markup(
    '<svg class="flag" width="14" height="14" aria-hidden="true"><rect width="14" height="14" rx="2"/></svg> '
)


def header(report: Report, parts: telling.Parts) -> Markup:
    """The verdict and the facts of the scan."""
    in_full = parts.in_full
    word, _, said = telling.HEADLINES[report.verdict].partition(": ")
    counts = Counter(map(telling.noun, (*in_full, *parts.listed, *parts.near)))
    chips = [badge(telling.number(count, *noun)) for noun, count in counts.items()]
    chips += [
        badge(f"{count:,} {what}")
        for count, what in ((parts.suppressed, "suppressed"), (parts.old, "there before"))
        if count
    ]
    chips += [badge(f"missed: {one}", "medium") for one in telling.missed(report.coverage)]
    first = [
        tag("a", tag("bdi", one.title), href=f"#finding-{number}")
        for number, one in enumerate(in_full[:_SHORT], 1)
    ]  # fmt: skip
    rest = len(in_full) - len(first)
    history = report.history
    compared = report.comparison
    return tag(
        "header",
        tag("p", _FLAG, tag("strong", "pratique"), " supply-chain report", class_="brand"),
        tag(
            "div",
            tag("p", word.capitalize(), class_="word"),
            tag("h1", said[:1].upper() + said[1:]),
            tag("p", words.WHAT_TO_DO[report.verdict], class_="next"),
            tag("ol", *(tag("li", one) for one in first), class_="first") if first else NOTHING,
            tag("p", tag("a", f"and {rest:,} more", href="#findings"), class_="rest") if rest else NOTHING,
            class_=f"verdict {_TONES[report.verdict]}",
        ),
        tag("p", join(chips, " "), class_="chips") if chips else NOTHING,
        facts((
            ("Target", code(report.target)),
            ("Change", changes.revisions(compared) if compared is not None else None),
            ("Compared with", code(report.base) if report.base and compared is None else None),
            ("History", None if history is None else
             f"{telling.number(history.commits, 'commit', 'commits')} on "
             f"{telling.number(len(history.refs), 'ref', 'refs')}, "
             + ("in all" if history.since == "all" else f"since {history.since}")),
            ("When", tag("time", report.started[:16].replace("T", " ") + " UTC")),
            (f"Exit status {report.exit_code}", "; ".join(report.reasons) or "nothing at or above the gate"),
        ), "facts head"),
    )  # fmt: skip


def contents(sections: Sequence[Markup]) -> Markup:
    """Links to the sections that are there."""
    found = []
    for one in sections:
        if one:
            id_ = one.partition(' id="')[2].partition('"')[0]
            title = one.partition("<h2")[2].partition(">")[2].partition("</h2>")[0]
            found.append(tag("li", tag("a", Markup(title), href=f"#{id_}")))
    return tag("nav", tag("ul", *found), aria_label="Contents")
