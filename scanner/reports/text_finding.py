"""One finding, told in full: what, why, where, through whom, by whom, what now."""

from __future__ import annotations

from scanner.display import address, line
from scanner.errors import InputError
from scanner.model import corroboration
from scanner.model import purl as purls
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.model.component import Component, Origin, Scope
from scanner.model.ecosystem import full_name
from scanner.model.finding import Claim, Finding, FindingClass, State
from scanner.reports import telling
from scanner.reports.printer import Printer

_CLAIMS, _PLACES, _VERSIONS, _ALIASES, _PAGES, _SOURCES, _LINES = 6, 5, 8, 6, 3, 8, 14
SCOPES = {
    Scope.RUNTIME: "",
    # Nobody ships a development dependency, and an install script does not care.
    Scope.DEVELOPMENT: "a development dependency: it ran on developers' machines and in CI",
    Scope.OPTIONAL: "an optional dependency: installed where it can be",
}
ORIGINS = {
    Origin.REGISTRY: "",
    Origin.WORKSPACE: "a member of this project",
    Origin.PATH: "from a path",
    Origin.GIT: "from a git repository",
    Origin.URL: "from an address of its own",
}
_NATIONS = {"KP": "North Korea", "CN": "China", "RU": "Russia", "IR": "Iran", "VN": "Vietnam"}


def tell(put: Printer, number: int, finding: Finding) -> None:
    """Write one finding as a numbered block."""
    compromise = finding.class_ is FindingClass.COMPROMISE
    worst = compromise and finding.state is State.CERTAIN
    put(f"{number}. {line(finding.title)}  [{telling.mark(finding)}]", "red" if worst else "yellow", bold=True, hang=3)
    details(put, finding)


def details(put: Printer, finding: Finding) -> None:
    """What stands below its title."""
    put.field("why", line(finding.reason) + ".")
    if finding.component is not None:
        _package(put, finding.component)
    _claims(put, finding)
    _sources(put, finding)
    _where(put, finding)
    if finding.component is not None:
        _paths(put, finding)
    if finding.campaign is not None:
        _campaign(put, finding.campaign)
    _pages(put, finding)
    put.field("do now", line(finding.what_to_do, limit=4_000))
    put.item("id", line(finding.id))


def scope(component: Component | None) -> str:
    """A word for lists: "development", "optional", or nothing."""
    return "" if component is None or component.scope is Scope.RUNTIME else str(component.scope)


def _package(put: Printer, component: Component) -> None:
    purl = "" if component.purl is None else line(str(component.purl))
    if purl:
        put.item("package", purl)
    words = [
        "no package URL" if not purl else "",
        SCOPES[component.scope],
        ORIGINS[component.origin],
        f"installed under the name {line(component.alias)}" if component.alias is not None else "",
    ]
    if said := "; ".join(filter(None, words)):
        put.field("" if purl else "package", said)
    if component.source_url and component.origin is not Origin.WORKSPACE:
        put.item("from", address(component.source_url))
    for label, digest in zip(("digest", ""), component.digests[:2], strict=False):
        put.item(label, line(digest, limit=200))


def _claims(put: Printer, finding: Finding) -> None:
    label = "says"
    for claim in finding.claims[:_CLAIMS]:
        put.field(label, claimed(claim))
        label = ""
    if len(finding.claims) > _CLAIMS:
        put.field("", f"and {len(finding.claims) - _CLAIMS} more records (--format json has all)")


def _sources(put: Printer, finding: Finding) -> None:
    """How many say so that did not copy it from each other."""
    names = corroboration.of_finding(finding)
    if len(names) == 1:
        put.field("sources", f"one only: {line(names[0], limit=80)}")
    elif names:
        shown = ", ".join(line(name, limit=80) for name in names[:_SOURCES])
        put.field("sources", f"{len(names)} independent: {shown}" + (" …" if len(names) > _SOURCES else ""))


def claimed(claim: Claim) -> str:
    """Which record says what."""
    feed = line(claim.feed)
    if claim.indicator is not None:
        note = f" ({line(claim.indicator.note, limit=120)})" if claim.indicator.note else ""
        return f"{feed}: {_indicator(claim.indicator)}{note}"
    if claim.advisory is None:
        return f"{feed}: {line(claim.record)}"
    aliases = ", ".join(line(alias, limit=80) for alias in claim.advisory.aliases[:4])
    known = f", also {aliases}" if aliases else ""
    summary = f": {line(claim.advisory.summary, limit=200)}" if claim.advisory.summary else ""
    return f"{feed}: {line(claim.record)}{known} ({line(claim.advisory.modified[:10])}){summary}"


def _indicator(indicator: Indicator) -> str:
    said = f"{indicator.type} {line(indicator.value, limit=160)}"
    if indicator.type not in (IndicatorType.PACKAGE, IndicatorType.PRODUCT):
        return said
    if indicator.hint:
        return f"{said}, without versions"
    if indicator.excluded:
        return f"{said}, every version but {', '.join(line(one, limit=60) for one in indicator.excluded[:_VERSIONS])}"
    versions = indicator.versions or ()
    shown = [line(one, limit=60) for one in versions[:_VERSIONS]]
    if len(versions) > _VERSIONS:
        shown.append(f"{len(versions) - _VERSIONS} more")
    if indicator.range:
        shown.append(line(indicator.range, limit=80))
    return f"{said}, versions {', '.join(shown)}" if shown else f"{said}, every version"


def _where(put: Printer, finding: Finding) -> None:
    label = "where"
    for evidence in finding.evidence[:_PLACES]:
        at = "" if evidence.location.line is None else f":{evidence.location.line}"
        put.item(label, f"{line(evidence.location.path)}{at}", line(evidence.value, limit=200))
        if evidence.excerpt:
            lines = evidence.excerpt.strip("\n").splitlines()[:_LINES]
            one = "\n" not in evidence.excerpt
            put.excerpt([line(text.strip() if one else text, limit=200) for text in lines])
        label = ""
    if len(finding.evidence) > _PLACES:
        put.item("", f"and {len(finding.evidence) - _PLACES} more places (--format json has all)")


def _paths(put: Printer, finding: Finding) -> None:
    if not finding.introduced_through:
        put.field("through", "no path in this source's graph leads to it")
    for position, path in enumerate(finding.introduced_through):
        put.steps("through" if position == 0 else "", [step_name(step) for step in path])


def step_name(step: str) -> str:
    """A purl is shown as `name@version`: type and qualifiers stand in the other formats."""
    try:
        parsed = purls.parse(step)
    except InputError:  # a name, or what a document calls a reference
        return line(step, limit=120)
    name = full_name(parsed)
    return line(f"{name}@{parsed.version}" if parsed.version else name, limit=120)


def _campaign(put: Printer, campaign: Campaign) -> None:
    span = " to ".join(line(date) for date in dict.fromkeys((campaign.first_seen, campaign.last_seen)) if date)
    head = f"{line(campaign.name)} ({line(campaign.id)})" + (f", {span}" if span else "")
    put.field("campaign", f"{head}. {line(campaign.summary)}")
    if campaign.actor is not None:
        name = campaign.actor.name
        aliases = [line(alias) for alias in campaign.actor.aliases if alias != name]
        also = ", ".join(aliases[:_ALIASES]) + (" and others" if len(aliases) > _ALIASES else "")
        put.field("actor", f"{line(name)}, {nation(campaign)}" + (f"; also {also}" if aliases else ""))
    label = "by whom"
    for claim in campaign.attribution:
        named = f" as {line(claim.name)}" if claim.name else ""
        put.field(label, f"{line(claim.by)}{named}: {claim.confidence}")
        put.item("", f"  {address(claim.reference)}")
        label = ""
    if not campaign.attribution:
        put.field("by whom", "nobody has attributed it in what we have read")


def pages(finding: Finding) -> list[str]:
    """The pages that support it, those of the attribution apart."""
    told = set() if finding.campaign is None else {claim.reference for claim in finding.campaign.attribution}
    found: dict[str, None] = {}
    for claim in finding.claims:
        if claim.indicator is not None:
            found.update(dict.fromkeys(claim.indicator.references))
        elif claim.advisory is not None:
            found.update((reference.url, None) for reference in claim.advisory.references)
    return [url for url in found if url not in told]


def _pages(put: Printer, finding: Finding) -> None:
    for label, url in zip(("see", *[""] * _PAGES), pages(finding)[:_PAGES], strict=False):
        put.item(label, address(url))


def nation(campaign: Campaign) -> str:
    """In whose name, by those who attribute it."""
    code = campaign.nation if campaign.actor is None else campaign.actor.nation
    return _NATIONS.get(code, "nation unknown" if code == "unknown" else line(code))
