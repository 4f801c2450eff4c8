"""SARIF 2.1.0, within what GitHub's code scanning accepts.

Spec: OASIS SARIF 2.1.0 with errata 01. GitHub refuses more than 25,000 results or rules a run, more than 20 tags a
rule, and files over 10 MB when packed; shows the first 5,000 results; wants a physical location in each, with an
address relative to the root of the repository. What does not fit is left out from the mildest end, and said to be.
Suppressed findings, and those that a change removed, are in it as the standard has them; GitHub does not look at that
and would open an alert for each: see `sarif_github`. Guide: docs/reports.md.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO
from urllib.parse import quote

import msgspec

import scanner
from scanner.display import address, line
from scanner.model.finding import Finding, FindingClass, Severity, Standing, State
from scanner.model.report import Report
from scanner.reports import json_output, sarif_rules, telling
from scanner.reports.telling import Place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RESULTS, _LOCATIONS, _NOTICES = 25_000, 20, 200
_PACKED = 9_500_000
ROOT = "%SRCROOT%"
_SNIPPET = 2_000
_BASELINE = {Standing.INTRODUCED: "new", Standing.STILL: "unchanged", Standing.GONE: "absent"}
Body = dict[str, Any]


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one run, with what is suppressed and what is gone."""
    gone = () if report.comparison is None else report.comparison.gone
    dump(report, [*report.findings, *gone], out)


def dump(report: Report, findings: Iterable[Finding], out: TextIO) -> None:
    """Write these findings of the report, as many as the limits admit, the gravest first."""
    ordered = telling.gravest(report, findings)
    kept = ordered[:_RESULTS]
    while True:
        body = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, kept, len(ordered) - len(kept))]}
        if len(kept) < 2 or _fits(body):
            break
        kept = kept[: len(kept) // 2]
    json_output.dump(body, out)


def _fits(body: Body) -> bool:
    try:
        text = msgspec.json.encode(body)
    except UnicodeEncodeError:  # a file name that is not UTF-8: its escapes are ASCII
        import json

        text = json.dumps(body).encode()
    # Indenting adds spaces, which cost next to nothing when packed.
    return len(text) < _PACKED or len(zlib.compress(text, 6)) < _PACKED


def _run(report: Report, findings: Sequence[Finding], left_out: int) -> Body:
    rules = sarif_rules.of(findings)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    closing = frozenset(report.closing)
    version = scanner.__version__
    driver = {"name": "pratique", "version": version, "semanticVersion": version, "rules": rules}
    folder = "" if report.target in ("", ".") else f"{quote(line(report.target, limit=200), safe='')}/"
    return {
        "tool": {"driver": driver},
        # Up to the last slash it is GitHub's category: one for each target, the same before and after a change.
        "automationDetails": {"id": f"pratique/{folder}"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, left_out)],
        "results": [_result(report, finding, numbers, finding.id in closing) for finding in findings],
        "properties": {"verdict": report.verdict, "exitReasons": [line(reason) for reason in report.reasons]},
    }


def _invocation(report: Report, left_out: int) -> Body:
    return {
        # A scan that could not look everywhere must not pass for one that found nothing there.
        "executionSuccessful": report.coverage.complete,
        "exitCode": report.exit_code,
        "startTimeUtc": report.started,
        "endTimeUtc": report.finished,
        "toolExecutionNotifications": list(_notifications(report, left_out)),
    }


def _notifications(report: Report, left_out: int) -> Iterator[Body]:
    if left_out:
        yield _notice("warning", "left-out", f"{left_out:,} findings are left out: the limits of code scanning")
    gaps = list(telling.gaps(report.coverage))
    for location, what in gaps[:_NOTICES]:
        place = telling.place(report, location)
        yield _notice("error", "not-checked", what, [_location(place)] if place.path else None)
    if len(gaps) > _NOTICES:
        yield _notice("error", "not-checked", f"and {len(gaps) - _NOTICES:,} more gaps")


def _notice(level: str, id_: str, text: str, locations: list[Body] | None = None) -> Body:
    notice: Body = {"level": level, "descriptor": {"id": id_}, "message": {"text": plain(text)}}
    return notice if locations is None else notice | {"locations": locations}


def _result(report: Report, finding: Finding, numbers: dict[str, int], closes: bool) -> Body:
    rule = sarif_rules.id_of(finding)
    standing = finding.standing
    excerpts = {telling.place(report, one.location): one.excerpt for one in reversed(finding.evidence)}
    body: Body = {
        "ruleId": rule,
        "ruleIndex": numbers[rule],
        "level": _level(finding, closes),
        "message": {"text": plain(telling.says(finding))},
        "locations": [_location(place, excerpts.get(place)) for place in telling.places(report, finding)[:_LOCATIONS]],
        # GitHub reads the first name only: a line that moves, or a version that changes its place, opens nothing anew.
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.id}:1", "pratique/v1": finding.id},
        "properties": _properties(finding, closes),
    }
    if standing is not None:
        body["baselineState"] = _BASELINE[standing]
    if finding.suppressed is not None:
        why = telling.decision(finding.suppressed)
        body["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return body


def _level(finding: Finding, closes: bool) -> str:
    if closes or (finding.class_ is FindingClass.COMPROMISE and finding.state is State.CERTAIN):
        return "error"
    if telling.is_near(finding) or finding.class_ is FindingClass.HYGIENE or finding.severity <= Severity.LOW:
        return "note"
    return "error" if telling.is_scored(finding) and finding.severity >= Severity.HIGH else "warning"


def _properties(finding: Finding, closes: bool) -> Body:
    component = finding.component
    said: Body = {
        "class": finding.class_,
        "state": finding.state,
        "severity": telling.grade(finding),
        "closesGate": closes,
        "purl": None if component is None or component.purl is None else str(component.purl),
        "records": list(telling.records(finding))[:20],
        "campaign": None if finding.campaign is None else line(finding.campaign.name),
        "pages": [address(url) for url in sarif_rules.pages(finding)[:5]],
        "brings": [] if finding.brings is None else list(dict.fromkeys(one.says for one in finding.brings.signals)),
    }
    return {key: value for key, value in said.items() if value not in (None, [])}


def _location(place: Place, excerpt: str | None = None) -> Body:
    region: Body = {"startLine": max(place.line or 1, 1)}
    if excerpt:
        region["snippet"] = {"text": excerpt[:_SNIPPET]}
    artifact = {"uri": uri(place.path)}
    if not place.path.startswith("/"):
        artifact["uriBaseId"] = ROOT
    body: Body = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if place.inside:
        body["message"] = {"text": plain(f"in the archive: {line(place.inside)}")}
    return body


def uri(path: str) -> str:
    """A path as a relative reference: no scheme, no authority, no way up, every other character encoded."""
    segments = [part for part in path.split("/") if part not in ("", ".")]
    while ".." in segments:
        segments.remove("..")
    encoded = "/".join(quote(part, safe="-._~!$&'()*+,;=@", errors="surrogatepass") for part in segments) or "."
    return f"file:///{encoded}" if path.startswith("/") else encoded


def plain(text: str) -> str:
    """Text for a `message`, in which brackets would be a link (section 3.11.6)."""
    return re.sub(r"[\\\[\]]", r"\\\g<0>", line(text, limit=4_000)) or "-"
