"""What formats for trackers of vulnerabilities need of a finding: its names, pages and scores, and its story as text.

Trackers show text as Markdown, refuse a whole file for one field that is not as they like it, and cut what is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from scanner import markdown_text
from scanner.display import LIMIT, line
from scanner.model.finding import Claim, Finding, FindingClass, Suppression
from scanner.model.report import Report
from scanner.reports import telling, uri

MALICIOUS_CODE = 506
"""CWE-506, embedded malicious code: https://cwe.mitre.org/data/definitions/506.html"""
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}\Z")
_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}\Z")
_VECTOR = re.compile(r"CVSS:3[.][01](?:/(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH])){8}\Z")
_NAMES, _PAGES, _PATHS, _EXCERPT = 20, 20, 3, 14


def told(report: Report) -> Iterator[Finding]:
    """What a tracker is told of. A near miss is another version: an entry that asks for nothing is only in the way."""
    return (finding for finding in report.findings if not telling.is_near(finding))


def verdict(report: Report) -> str:
    """The verdict, and what could not be checked, for the head of a document without a place for either."""
    missed = telling.missed(report.coverage)
    return f"{report.verdict}, not everything was checked: {'; '.join(missed)}" if missed else str(report.verdict)


class Name(NamedTuple):
    """One name of what a finding is about."""

    kind: str
    """cve, ghsa, osv or pratique: who gives it."""
    value: str
    page: str | None


def names(finding: Finding) -> tuple[Name, ...]:
    """Records that say so, then what else these are called; at least one, and the first stays the same."""
    # A user's own list has lines, not records.
    own = [_name(claim.record, claim) for claim in finding.claims if claim.advisory or "/" in claim.feed]
    others = sorted({alias for claim in finding.claims if claim.advisory for alias in claim.advisory.aliases})
    found = {one.value: one for one in (*own, *(_name(alias) for alias in others)) if one.value}
    return tuple(found.values())[:_NAMES] or (Name("pratique", telling.rule(finding), None),)


def _name(text: str, claim: Claim | None = None) -> Name:
    value = line(text, limit=200)
    if _CVE.match(text):
        return Name("cve", value, f"https://nvd.nist.gov/vuln/detail/{text}")
    if _GHSA.match(text):
        return Name("ghsa", value, f"https://github.com/advisories/{text}")
    if claim is None or claim.feed.startswith("osv/"):
        return Name("osv", value, f"https://osv.dev/vulnerability/{quote(value, safe='')}")
    return Name("pratique", value, None)


def pages(finding: Finding) -> tuple[str, ...]:
    """Addresses that support it, of records and campaign."""
    said = [
        *(reference.url for claim in finding.claims if claim.advisory for reference in claim.advisory.references),
        *(url for claim in finding.claims if claim.indicator for url in claim.indicator.references),
        *(reference.url for reference in (finding.campaign.references if finding.campaign else ())),
    ]
    return tuple(dict.fromkeys(shown for url in said if (shown := uri.page(url)) is not None))[:_PAGES]


def vectors(finding: Finding) -> tuple[str, ...]:
    """Base vectors of CVSS 3 as every reader takes them; of another kind none."""
    said = (score for claim in finding.claims if claim.advisory for _, score in claim.advisory.severity)
    return tuple(dict.fromkeys(score for score in said if _VECTOR.match(score)))[:10]


def story(report: Report, finding: Finding) -> Iterator[str]:
    """What a person should read of it, line by line; nothing in it can be taken for another line."""
    yield line(finding.title)
    yield f"why: {line(finding.reason)}"
    if finding.component is not None:
        purl = "" if finding.component.purl is None else line(str(finding.component.purl))
        yield f"package: {purl or line(finding.component.name)} ({finding.component.scope})"
    if finding.campaign is not None:
        yield f"campaign: {line(finding.campaign.name)}"
        for claim in finding.campaign.attribution:
            yield f"attributed by {line(claim.by)} ({claim.confidence}): {line(claim.name or finding.campaign.name)}"
    said = dict.fromkeys(f"{line(claim.record)} of {line(claim.feed)}" for claim in finding.claims)
    if said:
        yield f"says who: {', '.join(said)}"
    if finding.exploitation is not None and (known := finding.exploitation.known_exploited) is not None:
        yield f"known to be exploited: {line(known.cve)}, since {line(known.since)}"
    for path in finding.introduced_through[:_PATHS]:
        yield f"through: {' > '.join(map(line, path))}"
    for place in telling.places(report, finding)[:5]:
        inside = f" in it {line(place.inside)}" if place.inside else ""
        yield f"at: {line(place.path)}{f':{place.line}' if place.line else ''}{inside}"
    for evidence in finding.evidence[:1]:
        for text in (evidence.excerpt or "").splitlines()[:_EXCERPT]:
            yield f"    {line(text)}"
    if finding.suppressed is not None:
        yield suppression(finding.suppressed)


def suppression(said: Suppression) -> str:
    """Who waved it through, until when, and why."""
    by = f" by {line(said.by)}" if said.by else ""
    until = f" until {line(said.expires)}" if said.expires else ""
    return f"suppressed{by}{until}: {line(said.reason)}"


def stated(finding: Finding) -> str | None:
    """`not_affected` or `fixed`, where a VEX statement says so of a vulnerability.

    That somebody suppressed it is a decision and no such statement; and of a compromise nobody can make one.
    """
    if finding.suppressed is None or finding.class_ is not FindingClass.VULNERABILITY:
        return None
    return finding.suppressed.stated


def block(lines: Iterable[str]) -> str:
    """The lines as a block of code: Markdown finds no picture, link or person's name to call in it."""
    return markdown_text.block("\n".join(lines), lines=100, width=LIMIT)


def span(text: str) -> str:
    """One line as code."""
    return markdown_text.code(text, limit=3_000)
