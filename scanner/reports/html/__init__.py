"""The report as one page: it holds everything that it shows, fetches nothing, and works without its script.

What strangers wrote goes through `markup` alone. The policy of the page (CSP) allows the one style and the one script
that are written into it, by digest, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from pathlib import Path
from typing import TextIO

import scanner
from scanner.model.finding import Finding, FindingClass
from scanner.model.report import Report, Verdict
from scanner.reports import telling
from scanner.reports.html import campaigns, changes, ledger, stories, words
from scanner.reports.html.markup import NOTHING, Markup, badge, code, facts, items, join, section, tag, text

_HERE = Path(__file__).parent
_OPEN = 12
"""Findings told in full that stand open: the rest is a list that one opens."""
_SHORT = 6
"""Findings that are named beside the verdict."""
_TOLD = 10_000
"""Findings of lesser weight that are told at all."""
_TONES = {
    Verdict.COMPROMISED: "critical",
    Verdict.SUSPICIOUS: "high",
    Verdict.VULNERABLE: "medium",
    Verdict.INCOMPLETE: "medium",
    Verdict.CLEAR: "good",
}

# Q of the signal flags: "my vessel is healthy and I request free pratique".
_FLAG = Markup('<svg class="flag" width="14" height="14" aria-hidden="true"><rect width="14" height="14" rx="2"/></svg> ')


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one HTML document."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; " \
        "form-action 'none'"  # fmt: skip
    word = str(report.verdict)
    out.write("<!DOCTYPE html>\n")
    out.write(f'<html lang="en">\n<head>\n<meta charset="utf-8">\n{tag("meta", http_equiv="Content-Security-Policy", content=policy)}\n')
    for name, content in (
        ("viewport", "width=device-width, initial-scale=1"),
        ("color-scheme", "light dark"),
        ("referrer", "no-referrer"),
        ("robots", "noindex"),
    ):
        out.write(tag("meta", name=name, content=content) + "\n")
    out.write(tag("title", f"{word}: {report.target} (pratique)") + "\n")
    out.write(f"<style>{style}</style>\n</head>\n<body>\n")
    for part in _body(report):
        if part:
            out.write(part + "\n")
    out.write(f"<script>{script}</script>\n</body>\n</html>\n")


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _body(report: Report) -> list[Markup]:
    unsuppressed = [one for one in report.findings if one.suppressed is None]
    # What a change did not bring is folded away; a compromise is told whoever brought it.
    weighed = telling.gravest(report, (one for one in unsuppressed if one.weighed))
    near = [one for one in weighed if telling.is_near(one)]
    in_full = [one for one in weighed if telling.is_grave(one) and not telling.is_near(one)]
    listed = [one for one in weighed if not telling.is_grave(one)]
    before = [one for one in unsuppressed if not one.weighed]
    suppressed = [one for one in report.findings if one.suppressed is not None]
    told_of = [*in_full, *near]
    places = campaigns.names(told_of)
    sections = [
        _findings(report, in_full, listed, places),
        campaigns.tell(report, told_of, places),
        changes.packages(report),
        changes.capabilities(in_full + listed),
        _list("Near misses", near, places, id_="near",
              note="The package is here, at another version or from another source."),
        _list("There before", before, places, id_="before", note="The change did not bring these; they do not count."),
        _suppressed(suppressed),
        ledger.tell(report),
    ]  # fmt: skip
    return [
        tag("a", "Skip to the findings" if in_full or listed else "Skip to what was checked",
            class_="skip", href="#findings" if in_full or listed else "#ledger"),
        _header(report, in_full, weighed, len(suppressed), len(before)),
        _contents(sections),
        Markup("<main>"),
        *sections,
        Markup("</main>"),
        tag("footer", tag("p", f"Written by pratique {scanner.__version__}, exit status {report.exit_code}. This page "
            "holds all that it shows and asks nobody for anything. --format json has everything, for machines.")),
    ]  # fmt: skip


def _header(report: Report, in_full: list[Finding], weighed: list[Finding], suppressed: int, before: int) -> Markup:
    word, _, said = telling.HEADLINES[report.verdict].partition(": ")
    counts = Counter(map(telling.noun, weighed))
    chips = [badge(telling.number(count, *noun)) for noun, count in counts.items()]
    chips += [badge(f"{count:,} {what}") for count, what in ((suppressed, "suppressed"), (before, "there before")) if count]
    chips += [badge(f"missed: {one}", "medium") for one in telling.missed(report.coverage)]
    first = [
        tag("a", tag("bdi", one.title), href=f"#finding-{number}")
        for number, one in enumerate(in_full[:_SHORT], 1)
    ]  # fmt: skip
    if len(in_full) > _SHORT:
        first.append(tag("a", f"and {len(in_full) - _SHORT:,} more", href="#findings"))
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


def _contents(sections: list[Markup]) -> Markup:
    found = []
    for one in sections:
        if one:
            id_ = one.partition(' id="')[2].partition('"')[0]
            title = one.partition("<h2")[2].partition(">")[2].partition("</h2>")[0]
            found.append(tag("li", tag("a", Markup(title), href=f"#{id_}")))
    return tag("nav", tag("ul", *found), aria_label="Contents")


def _findings(report: Report, in_full: list[Finding], listed: list[Finding], places: dict[str, str]) -> Markup:
    exposures = {one.finding: one for one in report.history.exposures} if report.history else {}
    told = [
        stories.full(finding, number, opened=number <= _OPEN, exposure=exposures.get(finding.id), places=places)
        for number, finding in enumerate(in_full, 1)
    ]
    groups = []
    for class_ in FindingClass:
        these = [one for one in listed if one.class_ is class_]
        if not these:
            continue
        counts = ", ".join(f"{count:,} {grade}" for grade, count in Counter(map(telling.grade, these)).items())
        head = tag("h3", f"{telling.TITLES[class_]}: ", tag("span", counts, class_="counts"))
        rows = [stories.row(one, places) for one in these[:_TOLD]]
        if len(these) > _TOLD:
            rows.append(tag("li", f"and {len(these) - _TOLD:,} more (--format json has all)"))
        groups.append(tag("div", head, tag("ul", *rows, class_="rows"), class_="group"))
    tools = _tools() if len(in_full) + len(listed) > 3 else NOTHING
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


def _list(title: str, findings: list[Finding], places: dict[str, str], *, id_: str, note: str) -> Markup:
    rows = [stories.row(one, places) for one in findings[:_TOLD]]
    if len(findings) > _TOLD:
        rows.append(tag("li", f"and {len(findings) - _TOLD:,} more (--format json has all)"))
    whole = tag("ul", *rows, class_="rows") if rows else NOTHING
    return section(f"{title} ({len(findings):,})", whole, id_=id_, note=note)


def _suppressed(findings: list[Finding]) -> Markup:
    rows = []
    for finding in findings[:_TOLD]:
        decision = finding.suppressed
        assert decision is not None
        told = facts((
            ("Reason", decision.reason),
            ("Until", decision.expires),
            ("Decided by", decision.by),
            ("Written in", code(decision.where) if decision.where else None),
            ("Place", code(telling.at(finding.evidence[0].location)) if finding.evidence else None),
            ("Finding", code(finding.id)),
        ))  # fmt: skip
        head = [badge(telling.grade(finding), f"grade {stories.tone(finding)}"), tag("span", tag("bdi", finding.title), class_="title")]
        rows.append(tag("li", tag("div", *head, class_="line"), told, class_="row decided"))
    if len(findings) > _TOLD:
        rows.append(tag("li", f"and {len(findings) - _TOLD:,} more (--format json has all)"))
    whole = tag("ul", *rows, class_="rows") if rows else NOTHING
    return section(f"Suppressed ({len(findings):,})", whole, id_="suppressed",
                   note="Somebody decided that these do not count, and said why and until when.")  # fmt: skip
