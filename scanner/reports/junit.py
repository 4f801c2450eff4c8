"""JUnit's XML, which every CI system draws: a suite for each class of finding, and one for what could not be checked.

There is no standard; this keeps to the strict reading of the Ant schema (windyroad/JUnit-Schema). A finding that closes
the gate is a failure, one that does not is a test that passed; one that is suppressed and everything that was not
checked is skipped. A scan that ended as incomplete has an error, so that it does not look green.
Guide: docs/reports.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO
from xml.sax.saxutils import escape, quoteattr

from scanner.display import line
from scanner.model.finding import Finding, FindingClass
from scanner.model.report import Report
from scanner.reports import telling

_ERRORS_EXIT = 3
_GAPS, _PLACES = 1_000, 20
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")


class _Case(NamedTuple):
    group: str
    name: str
    outcome: str = ""
    """failure, error, skipped, or nothing: it passed."""
    type: str = ""
    message: str = ""
    text: str = ""


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one document; its verdict and reasons are properties of each suite."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
    for number, (name, cases) in enumerate(_suites(report)):
        out.writelines(_suite(report, number, name, cases))
    out.write("</testsuites>\n")


def _suites(report: Report) -> Iterator[tuple[str, Sequence[_Case]]]:
    findings = telling.gravest(report, report.findings)
    closing = frozenset(report.closing)
    for class_ in FindingClass:
        cases = [_case(report, finding, finding.id in closing) for finding in findings if finding.class_ is class_]
        # An empty suite is drawn as a mistake of ours.
        yield str(class_), cases or [_Case("pratique", f"{telling.TITLES[class_]}: nothing found")]
    yield "coverage", list(_coverage(report))


def _case(report: Report, finding: Finding, closes: bool) -> _Case:
    component = finding.component
    purl = None if component is None else component.purl
    group = f"{finding.class_}.{purl.type if purl is not None else 'code'}"
    # The id makes it no other's; what may be another in the next run is no part of the name.
    name = f"{line(finding.title, limit=300)} [{finding.id}]"
    places = [
        f"{line(one.path)}{'' if one.line is None else f':{one.line}'}{f' ({line(one.inside)})' if one.inside else ''}"
        for one in telling.places(report, finding)[:_PLACES]
    ]
    text = "\n".join((f"[{telling.mark(finding)}] {telling.says(finding)}", *places))
    if finding.suppressed is not None:
        why = telling.decision(finding.suppressed)
        return _Case(group, name, "skipped", message=f"suppressed: {why}", text=text)
    if closes:
        return _Case(group, name, "failure", telling.rule(finding), line(finding.title), text)
    return _Case(group, name)


def _coverage(report: Report) -> Iterator[_Case]:
    if report.exit_code == _ERRORS_EXIT:
        why = "; ".join(line(reason) for reason in report.reasons)
        yield _Case("coverage", "everything was checked", "error", "incomplete", why, why)
    else:
        yield _Case("coverage", "the scan came to its end")
    gaps = list(telling.gaps(report.coverage))
    for location, what in gaps[:_GAPS]:
        yield _Case("coverage", f"{telling.at(location) or 'feeds'}: {what}", "skipped", message=what)
    if len(gaps) > _GAPS:
        yield _Case("coverage", f"and {len(gaps) - _GAPS:,} more", "skipped", message="see the JSON report")


def _suite(report: Report, number: int, name: str, cases: Sequence[_Case]) -> Iterator[str]:
    counts = {word: sum(case.outcome == word for case in cases) for word in ("failure", "error", "skipped")}
    time = _TIME.match(report.started)
    yield (
        f'<testsuite id="{number}" package="pratique" name={_attribute(name)} '
        f'timestamp="{time[0] if time else "1970-01-01T00:00:00"}" hostname="localhost" tests="{len(cases)}" '
        f'failures="{counts["failure"]}" errors="{counts["error"]}" skipped="{counts["skipped"]}" time="0">\n'
    )
    yield "<properties>\n"
    for key, value in (("target", report.target), ("verdict", report.verdict), ("exit", str(report.exit_code))):
        yield f'<property name="{key}" value={_attribute(line(value))}/>\n'
    yield "</properties>\n"
    for case in cases:
        head = f'<testcase classname={_attribute(case.group)} name={_attribute(case.name)} time="0"'
        if not case.outcome:
            yield f"{head}/>\n"
            continue
        type_ = "" if case.outcome == "skipped" else f" type={_attribute(case.type)}"
        yield f"{head}>\n<{case.outcome} message={_attribute(case.message)}{type_}>"
        yield f"{escape(case.text)}</{case.outcome}>\n</testcase>\n"
    yield "<system-out/>\n<system-err/>\n</testsuite>\n"


def _attribute(text: str) -> str:
    """Quoted; `line` has left neither a control character nor half a surrogate pair in it."""
    return quoteattr(line(text))
