"""Findings: in a list, and whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scanner.fleet.store.values import Decision, Event, Stored
from scanner.model import corroboration
from scanner.model.finding import FindingClass, State
from scanner.pipeline.fleet import exports
from scanner.web.api.answers.base import WORDS, Answer, SeverityWord, Text


class FindingLine(Answer):
    """One finding of one target, in a line."""

    target: int
    """Number of the target."""
    address: Text
    """URL or path of the target."""
    id: Text
    """Fingerprint: the same fact about the same package in the same file of the target."""
    class_: FindingClass
    """What kind of fact it is: a compromise is an attack, a vulnerability is a mistake."""
    state: State
    """How sure it is; a near miss is the package at another version."""
    severity: SeverityWord
    """How grave it is."""
    title: Text
    """What was found, in a line."""
    package: Text | None
    """Package URL of the component, where there is one."""
    path: Text
    """File in the target."""
    campaign: Text | None
    """Id of the campaign it belongs to."""
    owner: Text | None
    """Who looks after it: somebody it was given to, else who answers for the target."""
    first: datetime
    """When it was first seen."""
    last: datetime
    """When it was last seen."""
    gone: datetime | None
    """The first look without it; `null` where it is still there."""
    reopened: int
    """How often it came back."""
    decision: Text | None
    """What was decided last."""
    decided_by: Text | None
    """Who decided."""
    decided_at: datetime | None
    """When that was."""
    expires: datetime | None
    """From when on the decision counts no more."""
    silenced: bool
    """A decision, policy or statement sets it aside at this moment: it does not count in a verdict."""

    model_config = Answer.model_config | {"alias_generator": lambda name: name.rstrip("_"), "populate_by_name": True}

    @classmethod
    def of(cls, stored: Stored, now: datetime) -> FindingLine:
        return cls(**fields(stored, now))


def fields(stored: Stored, now: datetime) -> dict[str, Any]:
    """What a line tells, and the whole finding too."""
    finding = stored.finding
    component = finding.component
    return {
        "target": stored.target,
        "address": stored.address,
        "id": finding.id,
        "class_": finding.class_,
        "state": finding.state,
        "severity": WORDS[finding.severity],
        "title": finding.title,
        "package": None if component is None or component.purl is None else str(component.purl),
        "path": exports.path(stored),
        "campaign": None if finding.campaign is None else finding.campaign.id,
        "owner": stored.owner,
        "first": stored.first,
        "last": stored.last,
        "gone": stored.gone,
        "reopened": stored.reopened,
        "decision": stored.decision,
        "decided_by": stored.decided_by,
        "decided_at": stored.decided_at,
        "expires": stored.expires,
        "silenced": stored.at(now).suppressed is not None,
    }


class FindingPage(Answer):
    """Some findings."""

    findings: list[FindingLine]
    """In the order that was asked for."""
    count: int | None
    """How many there are in all; told on the first page only."""
    next: str | None
    """`after` of the next page; `null` where this is the last one."""


class FindingEvidence(Answer):
    """Where it was seen, and what exactly."""

    path: Text
    """File in the target."""
    line: int | None
    """Line in it, from 1, where it is known."""
    value: Text
    """What was matched, as it stands there."""
    excerpt: Text | None
    """The lines around it."""


class FindingRecord(Answer):
    """A record that says so."""

    feed: Text
    """The feed or list it is from."""
    id: Text
    """Its id there."""
    summary: Text | None
    """Its first line."""
    references: list[Text]
    """Addresses to read on."""


class FindingCampaign(Answer):
    """The campaign that a finding belongs to, as far as it was known at that look."""

    id: Text
    """Its id: see /campaigns."""
    name: Text
    """What people call it."""
    actor: Text | None
    """Who is said to be behind it."""
    summary: Text
    """What it does."""
    references: list[Text]
    """Addresses to read on."""


class FindingEvent(Answer):
    """Something that happened to the finding."""

    at: datetime
    """When."""
    what: Text
    """introduced, gone, reopened, or surer than before."""


class FindingDecision(Answer):
    """What somebody decided on it."""

    at: datetime
    """When."""
    by: Text
    """Who."""
    decision: Text
    """What."""
    reason: Text
    """Why."""
    expires: datetime | None
    """From when on it counts no more."""

    @classmethod
    def of(cls, told: Decision) -> FindingDecision:
        return cls(at=told.at, by=told.by, decision=told.what, reason=told.reason, expires=told.expires)


class FindingWhole(FindingLine):
    """One finding with everything that is known of it."""

    reason: Text
    """How the match was made, and why the state is not higher."""
    what_to_do: Text
    """What to do now."""
    version: Text | None
    """Version of the component, where it is pinned."""
    scope: Text | None
    """runtime, development or optional."""
    evidence: list[FindingEvidence]
    """Where it was seen."""
    records: list[FindingRecord]
    """Who says so."""
    sources: list[Text]
    """How many independent sources say so, and which."""
    introduced_through: list[list[Text]]
    """Dependency paths, root first."""
    attack: FindingCampaign | None
    """The campaign it belongs to."""
    decision_reason: Text | None
    """Why it was decided so."""
    events: list[FindingEvent]
    """What happened to it, oldest first."""
    decisions: list[FindingDecision]
    """Everything that was ever decided on it, newest first."""

    @classmethod
    def whole(
        cls, stored: Stored, events: Sequence[Event], decisions: Sequence[Decision], now: datetime
    ) -> FindingWhole:
        finding = stored.finding
        component, campaign = finding.component, finding.campaign
        return cls(
            **fields(stored, now),
            reason=finding.reason,
            what_to_do=finding.what_to_do,
            version=None if component is None else component.version,
            scope=None if component is None else component.scope.value,
            evidence=[
                FindingEvidence(path=one.location.path, line=one.location.line, value=one.value, excerpt=one.excerpt)
                for one in finding.evidence
            ],
            records=[
                FindingRecord(
                    feed=claim.feed,
                    id=claim.record,
                    summary=None if claim.advisory is None else claim.advisory.summary,
                    references=[]
                    if claim.advisory is None
                    else [reference.url for reference in claim.advisory.references],
                )
                for claim in finding.claims
            ],
            sources=list(corroboration.of_finding(finding)),
            introduced_through=[list(way) for way in finding.introduced_through],
            attack=None
            if campaign is None
            else FindingCampaign(
                id=campaign.id,
                name=campaign.name,
                actor=None if campaign.actor is None else campaign.actor.name,
                summary=campaign.summary,
                references=[reference.url for reference in campaign.references],
            ),
            decision_reason=stored.reason,
            events=[FindingEvent(at=one.at, what=one.what) for one in events],
            decisions=[FindingDecision.of(one) for one in decisions],
        )
