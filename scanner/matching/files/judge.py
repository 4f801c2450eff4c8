"""What was met in files → findings: one for each file and campaign, and what weak signs add to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from scanner.display import line
from scanner.matching.files import autorun, lists, words
from scanner.matching.files.kinds import Kind, kind
from scanner.matching.files.sign import Command, FileSigns, Manner, Sign
from scanner.matching.knowledge import Knowledge
from scanner.matching.merge import SEVERITIES, STATES, fingerprint
from scanner.model.campaign import Campaign, Indicator, IndicatorType
from scanner.model.component import Location
from scanner.model.finding import Claim, Evidence, Finding, FindingClass, Severity, State

Known = Callable[[str, Indicator], bool]
"""(path, indicator) → whether a component of that file was judged by it already."""
_MOST_EVIDENCE = 50
_MENTIONS = frozenset((IndicatorType.EMAIL, IndicatorType.ACCOUNT))
"""Of these a text may speak without doing anything: only metadata makes them certain."""


class Sighting(NamedTuple):
    """A sign, and one indicator that it is."""

    sign: Sign
    feed: str
    indicator: Indicator


def judge(
    searched: Sequence[FileSigns], knowledge: Knowledge, *, known: Known, standing: Sequence[Finding]
) -> list[Finding]:
    """The findings that stand already, strengthened where weak signs speak for them, and those on files."""
    judged = _Judge(searched, knowledge, known)
    findings: list[Finding] = []
    weak: list[Sighting] = []
    for file in searched:
        found, rest = judged.file(file)
        findings += found
        weak += rest
    return judged.weak(weak, [*standing, *findings])


class _Judge:
    def __init__(self, searched: Sequence[FileSigns], knowledge: Knowledge, known: Known) -> None:
        self._knowledge = knowledge
        self._known = known
        self._campaigns: dict[str, Campaign | None] = {}
        keys: dict[IndicatorType, set[str]] = {}
        for file in searched:
            for sign in file.signs:
                keys.setdefault(sign.type, set()).add(sign.key)
        self._indicators = {type_: knowledge.exact(type_, wanted) for type_, wanted in keys.items()}

    def file(self, file: FileSigns) -> tuple[list[Finding], list[Sighting]]:
        """(findings, weak sightings that no finding of this file has taken up)."""
        sightings = [
            Sighting(sign, feed, indicator)
            for sign in file.signs
            for feed, indicator in self._indicators[sign.type].get(sign.key, ())
            if not self._known(file.path, indicator)
        ]
        # A digest that stands in a text accuses nobody; it shows what the text is.
        told = [one for one in sightings if one.sign.type is IndicatorType.DIGEST and one.sign.manner is Manner.TEXT]
        sightings = [one for one in sightings if one not in told]
        if file.commands or autorun.reader(file.path) is not None:
            return self._autorun(file, sightings)
        texts = [one for one in sightings if one.sign.manner in (Manner.TEXT, Manner.DEFANGED)]
        listed = self._list(file, texts, bool(told))
        if listed is not None:
            sightings = [one for one in sightings if one not in texts]
        findings, weak = self._by_campaign(file, sightings)
        return [*([] if listed is None else [listed]), *findings], weak

    def _by_campaign(self, file: FileSigns, sightings: Sequence[Sighting]) -> tuple[list[Finding], list[Sighting]]:
        groups: dict[str, list[Sighting]] = {}
        for one in sightings:
            groups.setdefault(one.indicator.campaign, []).append(one)
        strong = {id_: group for id_, group in groups.items() if any(one.indicator.alone for one in group)}
        weak = [one for id_, group in groups.items() if id_ not in strong for one in group]
        return [self._finding(file, group, folded) for group, folded in _folded(strong)], weak

    def _finding(self, file: FileSigns, group: Sequence[Sighting], folded: Sequence[str]) -> Finding:
        id_ = group[0].indicator.campaign
        campaign = self._campaign(id_)
        document = not file.read_by_tools and kind(file.path) is Kind.PROSE
        state = max((_state(one, document, campaign) for one in group), key=STATES.index)
        signs = [one.sign for one in group if one.indicator.alone]
        reasons = dict.fromkeys(words.why(sign) for sign in signs)
        if document and state is State.POSSIBLE:
            reasons["people read such a file, and nothing runs it"] = None
        extra = len(group) - len(signs)
        if extra:
            reasons[f"{_signs(extra)} of the same campaign stand{'s' if extra == 1 else ''} in it as well"] = None
        if folded:
            reasons[f"the same is known from {words.named(folded)}"] = None
        reasons.update(dict.fromkeys(words.runs(command) for command in file.commands[:1]))
        return Finding(
            id=fingerprint((FindingClass.COMPROMISE, "file", file.path, id_)),
            class_=FindingClass.COMPROMISE,
            state=state,
            severity=SEVERITIES[state],
            title=words.title(file.path, signs, state, campaign, id_),
            reason="; ".join(reasons),
            component=None,
            claims=_claims(group),
            campaign=campaign,
            evidence=_evidence(group),
            what_to_do=words.what_to_do(state, campaign),
        )

    def _list(self, file: FileSigns, texts: Sequence[Sighting], digests: bool) -> Finding | None:
        """One finding for a file that tells of campaigns, instead of one for each of them."""
        campaigns = sorted({one.indicator.campaign for one in texts})
        if not campaigns:
            return None
        many = len({self._author(id_) for id_ in campaigns}) > lists.MANY
        of = Kind.CODE if file.read_by_tools else kind(file.path)
        several = of is Kind.PROSE and len({one.sign.key for one in texts}) >= lists.SEVERAL
        if of is not Kind.CODE and (many or several or digests or file.published_form):
            state = State.NEAR_MISS
            reason = f"an indicator list: it names {_campaigns(len(campaigns))} ({words.named(campaigns)})"
        elif many:
            # Whoever wants to be taken for a list writes four names into a comment: a program is not let off.
            state = State.POSSIBLE
            reason = (
                f"it names {_campaigns(len(campaigns))} ({words.named(campaigns)}), as lists do, and malware hardly; "
                "but it may run, and such names could be its disguise"
            )
        else:
            return None
        return Finding(
            id=fingerprint((FindingClass.COMPROMISE, "list", file.path)),
            class_=FindingClass.COMPROMISE,
            state=state,
            severity=SEVERITIES[state],
            title=f"{file.path} names indicators of {_campaigns(len(campaigns))}",
            reason=reason,
            component=None,
            claims=_claims(texts)[:_MOST_EVIDENCE],
            campaign=self._campaign(campaigns[0]) if len(campaigns) == 1 else None,
            evidence=_evidence(texts),
            what_to_do=words.NEAR,
        )

    def _autorun(self, file: FileSigns, sightings: Sequence[Sighting]) -> tuple[list[Finding], list[Sighting]]:
        """Files that tools obey: their name means something only where they make something run."""
        named = [one for one in sightings if one.sign.manner is Manner.NAME and not one.indicator.alone]
        findings, weak = self._by_campaign(file, [one for one in sightings if one not in named])
        if not file.commands:
            return findings, weak
        worst = min(file.commands, key=lambda command: (command.telling is None, not command.unasked))
        if any(finding.state is not State.NEAR_MISS for finding in findings):
            return findings, weak
        if worst.telling is None or not named:
            return [*findings, _hygiene(file, worst)], weak
        # Several campaigns used this way: the one of which most is in the file comes first.
        speaking = [*named, *weak]
        counts: dict[str, int] = {}
        for one in speaking:
            counts[one.indicator.campaign] = counts.get(one.indicator.campaign, 0) + 1
        candidates = sorted({one.indicator.campaign for one in named}, key=lambda id_: (-counts[id_], id_))
        return [*findings, self._attack(file, worst, candidates, speaking)], [
            one for one in weak if one.indicator.campaign != candidates[0]
        ]

    def _attack(
        self, file: FileSigns, worst: Command, candidates: Sequence[str], speaking: Sequence[Sighting]
    ) -> Finding:
        campaign = self._campaign(candidates[0])
        name = candidates[0] if campaign is None else campaign.name
        others = f"; {words.named(candidates[1:])} used the same way" if candidates[1:] else ""
        group = [one for one in speaking if one.indicator.campaign == candidates[0]]
        return Finding(
            id=fingerprint((FindingClass.COMPROMISE, "autorun", file.path)),
            class_=FindingClass.COMPROMISE,
            state=State.POSSIBLE,
            severity=Severity.HIGH,
            title=f"{file.path} runs a command by itself, in the manner of {name}",
            reason=f"{words.runs(worst)}; honest projects hardly do{others}",
            component=None,
            claims=_claims(group),
            campaign=campaign,
            evidence=(_at(file, worst), *_evidence(group)),
            what_to_do=words.what_to_do(State.POSSIBLE, campaign),
        )

    def weak(self, weak: Sequence[Sighting], findings: Sequence[Finding]) -> list[Finding]:
        """Let weak signs speak for the worst finding of their campaign; what is left is a near miss, or nothing."""
        out = list(findings)
        by_campaign: dict[str, list[Sighting]] = {}
        for one in weak:
            by_campaign.setdefault(one.indicator.campaign, []).append(one)
        left: list[tuple[str, list[Sighting]]] = []
        for id_, group in by_campaign.items():
            place = _worst(out, id_)
            if place is None:
                left.append((id_, group))
            else:
                out[place] = _strengthened(out[place], group)
        out += [finding for id_, group in left if (finding := self._alone(id_, group)) is not None]
        return out

    def _alone(self, id_: str, group: Sequence[Sighting]) -> Finding | None:
        """A near miss for the whole target, where weak signs say at least that somebody should look."""
        by_file: dict[str, list[Sighting]] = {}
        for one in group:
            by_file.setdefault(one.sign.location.path, []).append(one)
        told = [one for found in by_file.values() if _worth_a_look(found) for one in found]
        if not told:
            return None
        campaign = self._campaign(id_)
        paths = list(dict.fromkeys(one.sign.location.path for one in told))
        where = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more files"
        return Finding(
            id=fingerprint((FindingClass.COMPROMISE, "weak", id_)),
            class_=FindingClass.COMPROMISE,
            state=State.NEAR_MISS,
            severity=SEVERITIES[State.NEAR_MISS],
            title=words.title(where, [one.sign for one in told], State.NEAR_MISS, campaign, id_),
            reason="; ".join(dict.fromkeys(f"{words.why(one.sign)}, which proves nothing by itself" for one in told)),
            component=None,
            claims=_claims(told),
            campaign=campaign,
            evidence=_evidence(told),
            what_to_do=words.NEAR,
        )

    def _campaign(self, id_: str) -> Campaign | None:
        if id_ not in self._campaigns:
            self._campaigns[id_] = self._knowledge.campaign(id_)
        return self._campaigns[id_]

    def _author(self, id_: str) -> str:
        """Campaigns of one actor are related."""
        campaign = self._campaign(id_)
        return id_ if campaign is None or campaign.actor is None else f"actor {campaign.actor.id}"


def _state(one: Sighting, document: bool, campaign: Campaign | None) -> State:
    sign = one.sign
    if not one.indicator.alone or sign.manner is Manner.DEFANGED:
        return State.NEAR_MISS
    names = () if campaign is None else (campaign.name, *campaign.aliases)
    # Some campaigns are called after their marker: whoever writes about them writes it down.
    if document and sign.type is IndicatorType.STRING and any(sign.key.casefold() in one.casefold() for one in names):
        return State.NEAR_MISS
    if sign.manner in (Manner.DIGEST, Manner.METADATA):
        return State.CERTAIN
    if sign.manner is Manner.NAME:
        # A name with the folder that belongs to it; a name alone could be anybody's.
        return State.CERTAIN if "/" in sign.key.replace("\\", "/").strip("/") else State.POSSIBLE
    return State.POSSIBLE if document or sign.type in _MENTIONS else State.CERTAIN


def _folded(groups: dict[str, list[Sighting]]) -> Iterator[tuple[list[Sighting], list[str]]]:
    """(sightings, further campaigns that know nothing else here): campaigns share indicators."""
    left = sorted(groups.items(), key=lambda item: (-len({one.sign.key for one in item[1]}), item[0]))
    while left:
        _, group = left.pop(0)
        keys = {one.sign.key for one in group}
        within = [id_ for id_, other in left if {one.sign.key for one in other} <= keys]
        left = [(id_, other) for id_, other in left if id_ not in within]
        yield [*group, *(one for id_ in within for one in groups[id_])], within


def _worth_a_look(found: Sequence[Sighting]) -> bool:
    """Two weak signs of one campaign in one file: one alone (a code host, a common word) stands in any tree."""
    return len({one.sign.key for one in found}) > 1


def _worst(findings: Sequence[Finding], campaign: str) -> int | None:
    """The place of the campaign's worst finding that says more than "near"."""
    places = [
        place
        for place, finding in enumerate(findings)
        if finding.campaign is not None
        and finding.campaign.id == campaign
        and finding.class_ is FindingClass.COMPROMISE
        and finding.state is not State.NEAR_MISS
    ]
    return max(places, key=lambda place: (STATES.index(findings[place].state), -place), default=None)


def _strengthened(finding: Finding, group: Sequence[Sighting]) -> Finding:
    """The same finding with what speaks for it; a possible one weighs as much as a certain one, but stays possible."""
    paths = list(dict.fromkeys(one.sign.location.path for one in group))
    where = paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more files"
    return msgspec.structs.replace(
        finding,
        severity=Severity.CRITICAL,
        reason=f"{finding.reason}; strengthened by {_signs(len(group))} of the same campaign in {where}",
        claims=tuple(dict.fromkeys((*finding.claims, *_claims(group)))),
        evidence=tuple(dict.fromkeys((*finding.evidence, *_evidence(group)))),
    )


def _hygiene(file: FileSigns, command: Command) -> Finding:
    return Finding(
        id=fingerprint((FindingClass.HYGIENE, "autorun", file.path)),
        class_=FindingClass.HYGIENE,
        state=State.CERTAIN,
        severity=Severity.MEDIUM if command.unasked or command.telling else Severity.LOW,
        title=words.autorun_title(file.path, command),
        reason=words.runs(command),
        component=None,
        claims=(),
        evidence=(_at(file, command),),
        what_to_do=words.AUTORUN,
    )


def _at(file: FileSigns, command: Command) -> Evidence:
    return Evidence(location=Location(file.path), value=line(command.text, limit=300))


def _claims(group: Iterable[Sighting]) -> tuple[Claim, ...]:
    return tuple(
        dict.fromkeys(Claim(feed=one.feed, record=one.indicator.campaign, indicator=one.indicator) for one in group)
    )


def _evidence(group: Iterable[Sighting]) -> tuple[Evidence, ...]:
    found = dict.fromkeys(
        Evidence(location=one.sign.location, value=one.sign.value, excerpt=one.sign.excerpt) for one in group
    )
    return tuple(found)[:_MOST_EVIDENCE]


def _signs(count: int) -> str:
    return "a weak sign" if count == 1 else f"{count} weak signs"


def _campaigns(count: int) -> str:
    return "1 campaign" if count == 1 else f"{count} campaigns"
