"""Answers to questions about what is known: of one observable, of a campaign, of an actor."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.model.advisory import Advisory
from scanner.model.attack import AttackLink, AttackObject
from scanner.model.campaign import Actor, Campaign, Indicator
from scanner.model.exploitation import Exploitation
from scanner.model.report import FeedState


class Answer(StrEnum):
    """What an observable turns out to be, worst first."""

    MALICIOUS = "malicious"
    POSSIBLE = "possible"
    """Some of this package's versions are malicious; whether this one is was not asked, or cannot be told."""
    VULNERABLE = "vulnerable"
    WEAK = "weak"
    """A campaign names it, and it proves nothing by itself."""
    OTHER_VERSION = "other-version"
    """Records name the package; none affects this version."""
    WITHDRAWN = "withdrawn"
    """Only records that were taken back."""
    UNKNOWN = "unknown"


class Judgement(msgspec.Struct, frozen=True):
    """Whether one record affects a version, and by which of its rules."""

    affected: bool | None
    """`None` where no version was asked about, or where it cannot be told."""
    rule: str


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator that the observable matches."""

    feed: str
    indicator: Indicator
    campaign: Campaign
    why: str
    judgement: Judgement | None = None
    """Packages and products only."""
    attack: tuple[AttackLink, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One advisory that names the observable."""

    feed: str
    advisory: Advisory
    judgement: Judgement | None = None
    """Where a package was asked about."""
    affects: tuple[str, ...] = ()
    """Where a record was: the packages and versions that it means."""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known on one observable."""

    asked: str
    read_as: tuple[str, ...]
    """What it was taken for: "package axios of npm, version 1.14.1"."""
    answer: Answer
    mentions: tuple[Mention, ...] = ()
    entries: tuple[Entry, ...] = ()
    sources: tuple[str, ...] = ()
    """Independent sources that call it malicious."""
    exploitation: tuple[Exploitation, ...] = ()
    """Of each CVE that the answer is about, where KEV or EPSS is there and says something."""
    near: tuple[str, ...] = ()
    """Known names like the one asked for; only where nothing is known on it."""
    remarks: tuple[str, ...] = ()
    searched: tuple[FeedState, ...] = ()


class CampaignDossier(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign with everything that is known of it."""

    feed: str
    campaign: Campaign
    indicators: tuple[Indicator, ...]
    attack: tuple[AttackLink, ...] = ()
    superseded_by: tuple[str, ...] = ()


class ActorDossier(msgspec.Struct, frozen=True, kw_only=True):
    """One actor, and the campaigns that somebody attributes to it."""

    actor: Actor
    campaigns: tuple[Campaign, ...]
    group: AttackObject | None = None
    arsenal: tuple[AttackObject, ...] = ()
    """What ATT&CK says that the group uses."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Who and what goes by a name."""

    asked: str
    actors: tuple[ActorDossier, ...] = ()
    campaigns: tuple[CampaignDossier, ...] = ()
    near: tuple[str, ...] = ()
    searched: tuple[FeedState, ...] = ()


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Campaigns that pass a filter, oldest first."""

    campaigns: tuple[Campaign, ...]
    known: int
    """How many campaigns there are in all."""
    remarks: tuple[str, ...] = ()
    searched: tuple[FeedState, ...] = ()


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One place in which a searched term occurs."""

    kind: str
    """campaign, actor, attack, advisory, or the indicator's type."""
    value: str
    place: str
    """Campaign, actor or feed that holds it."""
    text: str = ""
    """What stands around it."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in which a term occurs."""

    asked: str
    traces: tuple[Trace, ...]
    more: int = 0
    """Traces beyond those that are listed."""
    near: tuple[str, ...] = ()
    searched: tuple[FeedState, ...] = ()
