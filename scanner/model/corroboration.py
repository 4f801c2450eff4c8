"""Who calls a package malicious, each counted once.

One discovery echoes through many databases: a MAL record is imported from a GHSA, which a blog links to. Records that
are aliases of each other, records from the same origin, and pages that name the record are one voice, not three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from scanner.model.advisory import Advisory, AdvisoryKind, Reference
from scanner.model.campaign import Campaign
from scanner.model.finding import Claim, Finding, FindingClass

_NAMES = {
    # The origins that OpenSSF's malicious-packages records, and ids whose records name none.
    "ghsamalware": "GitHub",
    "ghsa": "GitHub",
    "githubadvisorydatabase": "GitHub",
    "mal": "OpenSSF malicious-packages",
    "openssf": "OpenSSF malicious-packages",
    "openssfmaliciouspackages": "OpenSSF malicious-packages",
    "ossfpackageanalysis": "OpenSSF Package Analysis",
    "reversinglabs": "ReversingLabs",
    "checkmarx": "Checkmarx",
    "amazoninspector": "Amazon Inspector",
    "googleopensourcesecurity": "Google Open Source Security",
    "oracleusingmacaron": "Oracle (Macaron)",
    "leitwacht": "Leitwacht",
    "lwa": "Leitwacht",
    "pysec": "Python Packaging Advisory Database",
    "rustsec": "RustSec",
    # One house under two names.
    "datadog": "Datadog Security Labs",
    "fireeyemandiant": "Mandiant",
    "paloaltonetworks": "Palo Alto Unit 42",
    "unit42": "Palo Alto Unit 42",
}
"""Publisher, letters and digits only, → the one name under which it counts."""


def sources(claims: Iterable[Claim], campaigns: Iterable[Campaign] = ()) -> tuple[str, ...]:
    """The independent sources behind the claims of malice, by name; a vulnerability's record is none.

    `campaigns` gives the publishers of the pages that indicators refer to; a page of no known campaign counts by its
    host.
    """
    claims = tuple(claims)
    records = {
        claim.advisory.id: claim.advisory
        for claim in claims
        if claim.advisory is not None and claim.advisory.kind is AdvisoryKind.MALICIOUS
    }
    voices = {voice for group in _same(list(records.values())) for voice in _voices(group)}
    names = frozenset(name for record in records.values() for name in (record.id, *record.aliases))
    pages = {reference.url: reference for campaign in campaigns for reference in campaign.references}
    for claim in claims:
        for url in () if claim.indicator is None else claim.indicator.references:
            page = pages.get(url) or Reference(url=url)
            if not any(name in page.url or name in (page.title or "") for name in names):
                voices.add(_voice(page.publisher or urlsplit(url).hostname or url))
    return tuple(sorted(voices, key=str.casefold))


def of_finding(finding: Finding) -> tuple[str, ...]:
    """The independent sources that call what was found malicious."""
    if finding.class_ is not FindingClass.COMPROMISE:
        return ()
    return sources(finding.claims, () if finding.campaign is None else (finding.campaign,))


def _same(records: Sequence[Advisory]) -> list[list[Advisory]]:
    """Records grouped by the names that they share."""
    groups: list[tuple[set[str], list[Advisory]]] = []
    for record in records:
        names = {record.id, *record.aliases}
        joined = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        groups.append(
            (names.union(*(group[0] for group in joined)), [one for group in joined for one in group[1]] + [record])
        )
    return [members for _, members in groups]


def _voices(group: Sequence[Advisory]) -> set[str]:
    """Who reported what these records say: their origins, and only where none says so the database of one of them."""
    origins = {_voice(origin) for record in group for origin in record.origins}
    return origins or {_voice(min(record.id for record in group).partition("-")[0])}


def _voice(publisher: str) -> str:
    return _NAMES.get("".join(char for char in publisher.casefold() if char.isalnum()), publisher)
