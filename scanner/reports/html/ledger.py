"""The coverage ledger: what was read, what it was checked against, and what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.display import address
from scanner.model.inventory import ReadStatus
from scanner.model.report import Coverage, FeedState, Report
from scanner.reports import telling
from scanner.reports.html import decisions
from scanner.reports.html.markup import NOTHING, Markup, badge, code, facts, items, join, section, table, tag

_ROWS = 2_000
_OPEN = 40
"""Rows up to which a table is not folded."""


def tell(report: Report) -> Markup:
    """What stands behind the verdict."""
    coverage = report.coverage
    missed = telling.missed(coverage)
    whole = "Everything that should have been checked was." if coverage.complete else "Not everything could be checked."
    return section(
        "What was checked",
        tag("p", whole, class_="lead"),
        facts((*_counts(report), ("Missed", ", ".join(missed) or "nothing that we know of"))),
        _problems(coverage),
        _unmatchable(coverage),
        _feeds(coverage),
        _code(coverage),
        _files(coverage),
        _asked(coverage),
        decisions.tell(report),
        id_="ledger",
    )


def _counts(report: Report) -> Iterable[tuple[str, str | None]]:
    coverage = report.coverage
    read = [one for one in coverage.files if one.components or one.status is ReadStatus.READ]
    components = ("component", "components")
    if report.comparison is not None:
        same = report.comparison.sources_unchanged
        unread = f"; {same:,} SBOMs, lockfiles and manifests do not, and were not read" if same else ""
        yield "Compared", f"{telling.number(report.comparison.files_changed, 'file differs', 'files differ')}{unread}"
    elif coverage.changes_judged is not None:
        same = coverage.changes_judged - len(coverage.files)
        yield "Compared", f"{telling.number(len(coverage.files), 'file differs', 'files differ')}, {same:,} do not"
        return
    files = telling.number(len(read), "file", "files")
    yield "Read", f"{files}, {telling.number(coverage.components_read, *components)}"
    fresh = [one for one in coverage.feeds if one.status not in ("missing", "broken")]
    against = f"{telling.number(len(fresh), 'feed', 'feeds')}, {sum(one.records for one in fresh):,} records"
    yield "Checked", f"{telling.number(coverage.components_checked, *components)} against {against}"
    if coverage.files_searched:
        searched = telling.number(coverage.files_searched, "file", "files")
        size = f"{coverage.bytes_searched / 1e6:,.1f} MB"
        yield "Searched", f"{searched}, {size}, for digests, names and texts of campaigns"


def _problems(coverage: Coverage) -> Markup:
    ordered = sorted(coverage.problems, key=lambda one: one.harmless)
    rows = [
        (
            code(one.where if one.line is None else f"{one.where}:{one.line}"),
            tag("span", one.what),
            tag("span", one.hint or ""),
            badge("a remark") if one.harmless else badge("missed", "medium"),
        )
        for one in ordered[:_ROWS]
    ]
    return _folded("Problems", len(ordered), ("Where", "What", "What helps", "Weight"), rows, opened=True)


def _unmatchable(coverage: Coverage) -> Markup:
    rows = [
        (
            code(f"{one.component.name} {telling.version(one.component)}".strip()),
            code(telling.at(one.component.location)),
            tag("span", one.reason),
        )
        for one in coverage.unmatchable[:_ROWS]
    ]
    return _folded(
        "Components that could not be matched", len(coverage.unmatchable), ("Component", "Where", "Why"), rows
    )


def _feeds(coverage: Coverage) -> Markup:
    rows = [
        (
            code(one.name),
            badge(one.status, _feed_tone(one)),
            tag("span", f"{one.records:,}"),
            tag("span", one.newest or "–"),
            tag("span", _age(one)),
        )
        for one in coverage.feeds[:_ROWS]
    ]
    heads = ("Feed", "State", "Records", "Newest record", "Age")
    return _folded("Feeds", len(coverage.feeds), heads, rows)


def _feed_tone(feed: FeedState) -> str:
    return {"fresh": "good", "embedded": "good", "stale": "medium", "missing": "high", "broken": "high"}.get(
        feed.status, ""
    )


def _age(feed: FeedState) -> str:
    hours = feed.age_hours
    if hours is None:
        return "travels with the program" if feed.status == "embedded" else "run pratique intel sync"
    said = "under an hour" if hours < 1 else f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
    return f"{said}: run pratique intel sync" if feed.status in ("stale", "missing", "broken") else said


def _code(coverage: Coverage) -> Markup:
    found = coverage.code
    if found is None:
        return NOTHING
    if found.switched_off:
        return tag("p", "Code: --no-code kept what is vendored, installed or changed from being judged.", class_="note")
    whole = [code(one) for one in found.whole[:_ROWS]]
    more = [f"and {len(found.whole) - _ROWS:,} more"] if len(found.whole) > _ROWS else []
    rows: list[tuple[str, str | None]] = [
        ("Packages with code", f"{found.packages:,}"),
        ("Compared", f"{found.compared:,} with their release or their base"),
        ("Files", f"{found.files:,}, of which {found.identical:,} are as released" if found.identical else None),
        ("Judged", telling.number(found.judged, "file", "files")),
        ("Judged whole", items([*whole, *more]) or None),
    ]
    return tag("div", tag("h3", "Code of others"), facts(rows), class_="group")


def _files(coverage: Coverage) -> Markup:
    bad = (ReadStatus.FAILED, ReadStatus.PARTIAL)
    ordered = sorted(coverage.files, key=lambda one: one.status not in bad)
    rows = [
        (
            code(one.path),
            tag("span", one.reader or "–"),
            join(
                [badge(str(one.status), "high" if one.status in bad else ""), f" {one.reason}" if one.reason else None]
            ),
            tag("span", f"{one.components:,}"),
        )
        for one in ordered[:_ROWS]
    ]
    return _folded("Files", len(coverage.files), ("File", "Read as", "State", "Components"), rows)


def _asked(coverage: Coverage) -> Markup:
    asked = coverage.online
    if asked is None:
        return tag("p", "Nothing was asked on the network.", class_="note")
    sent = [code(one) for one in asked.sent[:_ROWS]]
    kept = [code(one) for one in asked.withheld[:_ROWS]]
    rows: list[tuple[str, str | None]] = [
        ("Service", code(address(asked.url))),
        ("Answered", telling.number(asked.records, "record", "records")),
        ("Asked lately", f"{asked.known:,} names, whose answer was at hand" if asked.known else None),
        (f"Sent, by name ({len(asked.sent):,})", join(sent, " ") or None),
        (f"Kept here ({len(asked.withheld):,})", join(kept, " ") or None),
    ]
    return tag("div", tag("h3", "Asked on the network"), facts(rows), class_="group")


def _folded(
    title: str, count: int, heads: Sequence[str], rows: Sequence[Sequence[str]], *, opened: bool = False
) -> Markup:
    if not rows:
        return NOTHING
    more = tag("p", f"and {count - _ROWS:,} more (--format json has all)", class_="note") if count > _ROWS else NOTHING
    return tag("details", tag("summary", tag("h3", f"{title} ({count:,})")), table(title, heads, rows), more,
               class_="group", open=opened or count <= _OPEN)  # fmt: skip
