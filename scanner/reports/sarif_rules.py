"""The rules of a SARIF run: one for each record, with help for whoever opens the alert.

GitHub takes the severity of an alert from its rule, so that a rule has it only where somebody has stated one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from scanner import markdown_text
from scanner.display import address, line
from scanner.model.finding import Finding, FindingClass, Severity, State
from scanner.reports import telling, text_finding
from scanner.reports.uri import page

_ID, _TEXT, _PAGES = 255, 1_000, 5
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""GitHub's bands: critical above 9.0, high from 7.0, medium from 4.0, low from 0.1."""
_CERTAIN, _POSSIBLE = "10.0", "8.0"
_PRECISION = {State.CERTAIN: "very-high", State.POSSIBLE: "medium", State.NEAR_MISS: "low"}
_KINDS = {
    FindingClass.COMPROMISE: "This package, at this version or one that it may be, is reported to be malicious or "
    "taken over. Installing it may have run the attacker's code: treat the machines that did as suspects.",
    FindingClass.SUSPICIOUS_CHANGE: "Code that comes from others does something that it did not do before, or that "
    "honest packages practically never do. A person should read the lines before they go on board.",
    FindingClass.INTEGRITY: "A file is not what its release, its lock or its digest says that it is.",
    FindingClass.VULNERABILITY: "A published weakness of this version. It is no sign of an attack by itself.",
    FindingClass.HYGIENE: "Nothing bad was found here, but it would make an attack easier or hide one.",
}
_CWES = {
    FindingClass.COMPROMISE: "external/cwe/cwe-506",  # embedded malicious code
    FindingClass.SUSPICIOUS_CHANGE: "external/cwe/cwe-506",
    FindingClass.INTEGRITY: "external/cwe/cwe-353",  # missing support for integrity check
}
Body = dict[str, Any]


def of(findings: Iterable[Finding]) -> list[Body]:
    """The rules of these findings, in the order in which they appear."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(id_of(finding), []).append(finding)
    return [_rule(id_, group) for id_, group in groups.items()]


def id_of(finding: Finding) -> str:
    """`telling.rule`, cut where it is too long to be one."""
    whole = telling.rule(finding)
    said = line(whole, limit=10_000)
    if len(said) <= _ID:
        return said
    return f"{said[:200]}~{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def pages(finding: Finding) -> list[str]:
    """Pages that support the finding, then those on its campaign."""
    campaign = () if finding.campaign is None else finding.campaign.references
    return list(dict.fromkeys((*text_finding.pages(finding), *(reference.url for reference in campaign))))


def _rule(id_: str, group: list[Finding]) -> Body:
    first = group[0]
    kind = _KINDS[first.class_]
    short, full = _described(first)
    advice = line(first.what_to_do, limit=2_000)
    shown = [address(url) for url in pages(first)[:_PAGES]]
    body: Body = {
        "id": id_,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {
            "text": "\n\n".join(filter(None, (full, kind, advice, *shown))),
            "markdown": "\n\n".join(
                (
                    markdown_text.paragraph(full),
                    kind,
                    *((f"**Do now:** {markdown_text.prose(advice)}",) if advice else ()),
                    *(f"- {markdown_text.code(url)}" for url in shown),
                )
            ),
        },
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": _tags(first), "precision": _PRECISION[first.state]},
    }
    link = next(filter(None, map(page, shown)), None)
    if link is not None:
        body["helpUri"] = link
    scores = [score for finding in group if (score := _score(finding)) is not None]
    if scores:
        body["properties"]["security-severity"] = max(scores, key=float)
    return body


def _described(finding: Finding) -> tuple[str, str]:
    """(short, full): what the record says, not what happened to one package."""
    summaries = [line(claim.advisory.summary, limit=_TEXT) for claim in finding.claims if claim.advisory]
    campaign = finding.campaign
    if campaign is not None and campaign.name:
        sure = "" if finding.state is State.CERTAIN else f" ({finding.state})"
        return f"{line(campaign.name, limit=200)}{sure}", line(campaign.summary or campaign.name, limit=_TEXT)
    said = next(filter(None, summaries), "")
    named = next(iter(telling.records(finding)), "")
    if said:
        return line(f"{named}: {said}", limit=250), said
    word = telling.noun(finding)[0].capitalize()
    return line(f"{word}: {named}" if named else f"{word}, {telling.grade(finding)}", limit=250), _KINDS[finding.class_]


def _tags(finding: Finding) -> list[str]:
    tags = ["security", "supply-chain", str(finding.class_), str(finding.state)]
    if finding.class_ in _CWES:
        tags.append(_CWES[finding.class_])
    if finding.exploitation is not None and finding.exploitation.known_exploited is not None:
        tags.append("known-exploited")
    return tags


def _score(finding: Finding) -> str | None:
    if finding.class_ is FindingClass.COMPROMISE:
        return {State.CERTAIN: _CERTAIN, State.POSSIBLE: _POSSIBLE, State.NEAR_MISS: None}[finding.state]
    if finding.class_ is FindingClass.HYGIENE or not telling.is_scored(finding):
        return None
    return _SCORES.get(finding.severity)
