"""Gaps, changes and findings → what to ask the vendor, in plain words, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.matching import released
from scanner.matching.quality import requirement
from scanner.model.audit import DeliveryChanges, Question, Requirement, Standard, SupplierChange
from scanner.model.campaign import Campaign
from scanner.model.comparison import Step
from scanner.model.component import Component
from scanner.model.finding import Finding, FindingClass, Severity, State
from scanner.model.report import Unmatchable

_OF_GAPS: tuple[tuple[str, str, str], ...] = (
    ("identity", "one-digest",
     "The same version of a package stands in the SBOM with different digests. Which of the files do you ship?"),
    ("identity", "digest-fits",
     "Some digests are not as long as their algorithm makes them. What are the true ones?"),
    ("identity", "name-agrees",
     "For some components the package URL is of another package than the name. Which of the two do you ship?"),
    ("identity", "version-agrees",
     "For some components the package URL is of another version. Which of the two do you ship?"),
    ("identity", "product", "Which product, at which version, is this SBOM of?"),
    ("identity", "purl",
     "Some components have no package URL. Under which name does which registry or project publish them?"),
    ("identity", "version", "Some components have no version. Which version of each do you ship?"),
    ("identity", "digest",
     "Some components have no digest. What are the digests of the files, as you took them from their registry?"),
    ("identity", "digest-strong",
     "Some components have only an MD5 or SHA-1 digest, which can be forged. What are their SHA-256 digests?"),
    ("identity", "graph", "Which component needs which? The SBOM is a list, and does not say."),
    ("identity", "connected",
     "To some components no way leads from the product. What needs them, or do they ship at all?"),
    ("identity", "refs-resolve", "The dependency graph names components that the SBOM does not list. What are they?"),
    ("identity", "refs-once", "Some references stand for several components. Which of them does the graph mean?"),
    ("identity", "timestamp", "When was the SBOM made?"),
    ("identity", "tool", "Which tool made the SBOM, and from what: sources, a build, or the delivered files?"),
    ("ntia-2021", "author", "Who answers for the SBOM?"),
    ("ntia-2021", "supplier", "Who supplies the components for which no supplier is named?"),
    ("ntia-2021", "known-unknowns", "Is the list of components complete, transitive and bundled ones included?"),
)  # fmt: skip
"""(standard, requirement, what to ask where it is missing), the gravest first."""


def questions(
    findings: Sequence[Finding],
    silent: Sequence[Unmatchable],
    standards: Sequence[Standard],
    changes: DeliveryChanges | None,
    *,
    created: str = "",
    unread: int = 0,
    kinds: Mapping[str, str] = {},
) -> tuple[Question, ...]:
    """Everything that there is to ask.

    `created`: when the SBOM was made, as it says; `unread`: places in the file that could not be understood; `kinds`:
    of findings that come from what registries say, which kind each is of.
    """
    found = [*_of_findings(findings, created, kinds)]
    if changes is not None:
        found += _of_changes(changes)
    found += _of_gaps(standards)
    purl = requirement(standards, "identity", "purl")
    without = {id(one) for one in (purl.concerned if purl is not None else ())}
    others = tuple(one.component for one in silent if id(one.component) not in without)
    if others:
        text = "Nothing can be said of some components by what the SBOM says of them. What exactly are they?"
        found.append(Question(about="silent", text=text, components=others))
    if unread:
        places = "1 place" if unread == 1 else f"{unread:,} places"
        found.append(
            Question(
                about="unread",
                text=f"The SBOM breaks the rules of its format in {places}. Can you deliver a sound one?",
            )
        )
    return tuple(found)


def _of_findings(findings: Sequence[Finding], created: str, kinds: Mapping[str, str]) -> Iterator[Question]:
    weighed = [one for one in findings if one.weighed]
    for one in weighed:
        if one.class_ is FindingClass.COMPROMISE and one.component is not None:
            yield _of_compromise(one, one.component, created)
    for one in weighed:
        if one.class_ is FindingClass.INTEGRITY and one.component is not None and one.id not in kinds:
            what = one.component.called
            text = f"{what} is not the file of the last delivery, under the same version. Why, and where is each from?"
            yield Question(about="integrity", text=text, components=(one.component,))
    for one in weighed:
        if one.class_ is FindingClass.SUSPICIOUS_CHANGE and one.component is not None and one.severity >= Severity.HIGH:
            text = f"The code of {one.component.called} can do what it could not before. What for, and who read it?"
            yield Question(about="suspicious-change", text=text, components=(one.component,))
    for kind, text in released.QUESTIONS.items():
        there = [one for one in weighed if kinds.get(one.id) == kind]
        if there:
            yield Question(about=kind, text=text, components=_components(there))
    exploited = _components(one for one in weighed if _exploited(one))
    if exploited:
        text = "Vulnerabilities of some components are being exploited. Can they be reached, and when are they mended?"
        yield Question(about="known-exploited", text=text, components=exploited)
    critical = _components(
        one
        for one in weighed
        if one.class_ is FindingClass.VULNERABILITY
        and one.state is State.CERTAIN
        and one.severity >= Severity.HIGH
        and not _exploited(one)
    )
    if critical:
        text = "Some components have vulnerabilities of high or critical severity. Which concern the product (VEX)?"
        yield Question(about="vulnerability", text=text, components=critical)


def _of_compromise(one: Finding, component: Component, created: str) -> Question:
    what = component.called
    if one.state is State.CERTAIN:
        text = (
            f"{what} is malicious. In which of your builds was it, from when to when? What did those machines hold, "
            "and which secrets have been replaced since?"
        )
    elif one.state is State.POSSIBLE:
        text = f"{component.name} was taken over for a time. Which version was built in, when, and how do you know?"
    else:
        campaign = one.campaign
        span = "" if campaign is None else "/".join(filter(None, (campaign.first_seen, campaign.last_seen)))
        text = (
            f"Other versions of {component.name} are malicious{f' ({span})' if span else ''}. Did any build of yours "
            f"ever resolve to one of them before {component.version or 'the one that you ship'}?"
        )
    if one.campaign is not None and _live(one.campaign, created):
        text = f"The SBOM was made on {created[:10]}, while the bad version could be had. {text}"
    return Question(about="compromise", text=text, components=(component,))


def _live(campaign: Campaign, created: str) -> bool:
    """Whether something made then was made during the campaign. Dates may lack the day: "2026-03"."""
    first, last = campaign.first_seen, campaign.last_seen
    if not first or not last or not created[:4].isdigit():
        return False
    return first <= created[: len(first)] and created[: len(last)] <= last


def _of_changes(changes: DeliveryChanges) -> Iterator[Question]:
    for step, text in (
        (Step.MOVED, "Some components come from another source than before, at the same version. Why?"),
        (Step.DOWNGRADED, "Some components are older than in the last delivery. Why?"),
    ):
        there = tuple(change.component for change in changes.steps if change.step is step)
        if there:
            yield Question(about=str(step), text=text, components=there)
    if changes.suppliers:
        text = "For some components another supplier is named than before. What happened?"
        yield Question(about="supplier", text=text, components=tuple(map(_after, changes.suppliers)))
    if changes.maintainers:
        text = "Other people may release some components than at the time of the last delivery. What do you know of it?"
        yield Question(about="maintainers", text=text, components=tuple(one.after for one in changes.maintainers))
    if changes.undigested:
        text = "Some components had a digest in the last delivery, and have none now. Why, and what are the digests?"
        yield Question(about="digest-lost", text=text, components=changes.undigested)
    added = tuple(change.component for change in changes.steps if change.step is Step.ADDED)
    if added:
        yield Question(about="added", text="Some components are new. What are they needed for?", components=added)


def _after(change: SupplierChange) -> Component:
    return change.after


def _of_gaps(standards: Sequence[Standard]) -> Iterator[Question]:
    for standard, id_, text in _OF_GAPS:
        asked: Requirement | None = requirement(standards, standard, id_)
        if asked is not None and asked.met is False:
            yield Question(about=id_, text=text, components=asked.concerned)


def _exploited(one: Finding) -> bool:
    return one.exploitation is not None and one.exploitation.known_exploited is not None


def _components(findings: Iterable[Finding]) -> tuple[Component, ...]:
    found = {id(one.component): one.component for one in findings if one.component is not None}
    return tuple(found.values())
