"""How far something is spread: packages, campaigns, whom a list means."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from scanner.fleet.store import summaries, values
from scanner.model.campaign import IndicatorType
from scanner.model.component import Scope
from scanner.model.finding import State
from scanner.web.api.answers.base import Answer, NotChecked, Text


class PackageLine(Answer):
    """A package that some target holds or held."""

    ecosystem: Text
    """npm, PyPI, …; empty where nothing is known of it."""
    name: Text
    """As it is normalised for comparison."""
    versions: list[Text]
    """Versions that were seen, the first hundred."""
    targets_now: int
    """Targets that hold it."""
    targets_ever: int
    """Targets that hold or held it."""
    more: bool
    """There are more versions or targets than were counted."""


class PackagePage(Answer):
    """Packages by a part of their name."""

    packages: list[PackageLine]
    """The package of that very name first, the others by name."""
    next: str | None
    """`after` of the next page; `null` where this is the last one."""


class SightingLine(Answer):
    """A package in a file of a target, from the first look that shows it to the last."""

    target: int
    """Number of the target."""
    address: Text
    """URL or path of the target."""
    owner: Text | None
    """Who answers for it."""
    path: Text
    """File in the target."""
    package: Text
    """Package URL, else name and version."""
    version: Text | None
    """Exact version, where one was pinned."""
    scope: Scope
    """When it is needed."""
    first: datetime
    """When it was first seen."""
    last: datetime
    """When it was last seen."""
    gone: datetime | None
    """The first look without it; `null` where it is still there."""

    @classmethod
    def of(cls, sighting: values.Sighting) -> SightingLine:
        return cls(**sighting_fields(sighting))


def sighting_fields(sighting: values.Sighting) -> dict[str, Any]:
    return {
        "target": sighting.target,
        "address": sighting.address,
        "owner": sighting.owner,
        "path": sighting.path,
        "package": sighting.component.package,
        "version": sighting.component.version,
        "scope": sighting.component.scope,
        "first": sighting.first,
        "last": sighting.last,
        "gone": sighting.gone,
    }


class SightingPage(Answer):
    """Who has a package, or ever had it."""

    count: int
    """Sightings in all."""
    targets_now: int
    """Targets that hold it."""
    targets_ever: int
    """Targets that hold or held it."""
    sightings: list[SightingLine]
    """By ecosystem, target and file."""
    next: str | None
    """`after` of the next page; `null` where this is the last one."""


class HuntIndicator(Answer):
    """What a list names."""

    type: IndicatorType
    """What kind of thing it is."""
    value: Text
    """The thing itself."""


class Hit(SightingLine):
    """A sighting that a list means."""

    state: State
    """How sure it is."""
    reason: Text
    """How the match was made."""
    list: Text
    """Id of the list or campaign."""
    indicator: HuntIndicator
    """What in the list means it."""

    @classmethod
    def struck(cls, one: values.Struck) -> Hit:
        return cls(
            **sighting_fields(one.sighting),
            state=one.state,
            reason=one.reason,
            list=one.indicator.campaign,
            indicator=HuntIndicator(type=one.indicator.type, value=one.indicator.value),
        )


class HuntAnswer(Answer):
    """Whom a list, or a campaign, means among everything that was ever seen."""

    verdict: Text
    """`hit`: somebody has it or had it. `incomplete`: nobody, as far as could be asked. `clear`: nobody."""
    indicators: int
    """That were looked for."""
    hits: list[Hit]
    """By indicator, target, file and time: the first ten thousand."""
    hits_in_all: int
    """How many there are."""
    not_looked_for: dict[str, int]
    """Type → how many: what the store does not keep (strings, paths, wallets): `pratique hunt` searches files."""
    never_seen: list[Text]
    """Targets of which the store holds nothing yet, the first thousand."""
    problems: list[NotChecked]
    """What of the list was not understood, the first thousand."""


class CampaignLine(Answer):
    """How far one campaign reached: what looks found, and what was there before it was known. No near misses."""

    id: Text
    """Its id."""
    open_findings: int
    """Findings that are there now."""
    targets_exposed: int
    """Targets that have something of it now."""
    targets_ever: int
    """Targets that have or had something of it."""
    targets_before_known: int
    """Of them, those that had it before it was known, and of which no finding tells."""
    first: datetime
    """When the first was seen."""
    last: datetime
    """When something of it was last seen."""

    @classmethod
    def of(cls, outbreak: summaries.Outbreak) -> CampaignLine:
        return cls(
            id=outbreak.campaign,
            open_findings=outbreak.open,
            targets_exposed=outbreak.exposed,
            targets_ever=outbreak.ever,
            targets_before_known=outbreak.before_known,
            first=outbreak.first,
            last=outbreak.last,
        )


class CampaignList(Answer):
    """Every campaign that somebody has or had something of."""

    campaigns: list[CampaignLine]
    """Those that reach the most targets now first."""


class ExposureLine(Answer):
    """One target that a campaign reached."""

    target: int
    """Its number."""
    address: Text
    """URL or path."""
    owner: Text | None
    """Who answers for it."""
    certain: bool
    """The very version or digest was there, in one file at least."""
    open_findings: int
    """Findings that are there now."""
    findings: int
    """Findings that are or were there; 0 where it was there before it was known, and no look found it."""
    packages: list[Text]
    """Package URLs, the first twenty."""
    first: datetime
    """When it was first seen."""
    last: datetime
    """When it was last seen."""
    gone: datetime | None
    """Since when nothing of it is there; `null` where something is."""

    @classmethod
    def of(cls, exposure: summaries.Exposure) -> ExposureLine:
        return cls(
            target=exposure.target,
            address=exposure.address,
            owner=exposure.owner,
            certain=exposure.certain,
            open_findings=exposure.open,
            findings=exposure.findings,
            packages=list(exposure.packages),
            first=exposure.first,
            last=exposure.last,
            gone=exposure.gone,
        )


class DayLine(Answer):
    """What one day changed, and what stood at its end."""

    day: date
    """In UTC."""
    introduced: int
    """Findings that came."""
    gone: int
    """Findings that went."""
    reopened: int
    """Findings that came back."""
    open: int
    """Findings that were there at its end, near misses among them where all findings are told."""

    @classmethod
    def of(cls, day: summaries.Day) -> DayLine:
        return cls(
            day=date.fromisoformat(day.day),
            introduced=day.introduced,
            gone=day.gone,
            reopened=day.reopened,
            open=day.open,
        )


class CampaignWhole(CampaignLine):
    """One campaign: whom it reaches and reached, and what happened day by day."""

    exposures: list[ExposureLine]
    """By number of the target."""
    days: list[DayLine]
    """The days on which something happened, oldest first; the newest thousand of them."""
    next: str | None
    """`after` of the next exposures; `null` where these are the last ones."""
