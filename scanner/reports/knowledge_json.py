"""Answers of the knowledge commands as JSON, `pratique-knowledge/1`: fields are added, never renamed or removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from scanner.model.advisory import Reference
from scanner.model.attack import AttackLink, AttackObject
from scanner.model.campaign import Actor, Campaign, Indicator
from scanner.model.knowledge import Entry, Explanation, Found, Judgement, Listed, Mention, Shown
from scanner.model.report import FeedState
from scanner.reports import exploitation, json_output
from scanner.reports.json_v1 import campaign_body

SCHEMA = "pratique-knowledge/1"


def campaigns(listed: Listed, out: TextIO) -> None:
    """Write the campaigns of a list."""
    _dump("campaigns", out, listed.searched, known=listed.known, remarks=list(listed.remarks),
          campaigns=[_campaign(one) for one in listed.campaigns])  # fmt: skip


def shown(answer: Shown, out: TextIO) -> None:
    """Write actors and campaigns of a name, with all indicators."""
    _dump(
        "show",
        out,
        answer.searched,
        asked=answer.asked,
        actors=[
            _actor(one.actor)
            | {
                "attack": None if one.group is None else _object(one.group),
                "uses": [_object(used) for used in one.arsenal],
                "campaigns": [_campaign(campaign) for campaign in one.campaigns],
            }
            for one in answer.actors
        ],
        campaigns=[
            _campaign(one.campaign)
            | {
                "source": one.feed,
                "attack": _links(one.attack),
                "superseded_by": list(one.superseded_by),
                "indicators": [_indicator(indicator) for indicator in one.indicators],
            }
            for one in answer.campaigns
        ],
        near=list(answer.near),
    )


def found(result: Found, out: TextIO) -> None:
    """Write everywhere a term occurs."""
    traces = [{"kind": one.kind, "value": one.value, "place": one.place, "text": one.text} for one in result.traces]
    _dump("search", out, result.searched, asked=result.asked, found=traces, more=result.more, near=list(result.near))


def explanation(answer: Explanation, out: TextIO) -> None:
    """Write everything known on one observable."""
    _dump(
        "explain",
        out,
        answer.searched,
        asked=answer.asked,
        read_as=list(answer.read_as),
        answer=answer.answer,
        sources=list(answer.sources),
        campaigns=[_mention(one) for one in answer.mentions],
        advisories=[_entry(one) for one in answer.entries],
        exploitation=[exploitation.body(one) for one in answer.exploitation],
        near=list(answer.near),
        remarks=list(answer.remarks),
    )


def _dump(question: str, out: TextIO, searched: Sequence[FeedState], **fields: Any) -> None:
    feeds = [
        {
            "name": state.name,
            "records": state.records,
            "newest": state.newest,
            "fetched": state.fetched,
            "age_hours": state.age_hours,
            "status": state.status,
        }
        for state in searched
    ]
    json_output.dump({"schema": SCHEMA, "question": question, **fields, "searched": feeds}, out)


def _campaign(campaign: Campaign) -> dict[str, Any]:
    return campaign_body(campaign) | {
        "aliases": list(campaign.aliases),
        "actor_id": None if campaign.actor is None else campaign.actor.id,
        "ecosystems": list(campaign.ecosystems),
        "vector": campaign.vector,
        "what_to_do": campaign.what_to_do,
        "supersedes": list(campaign.supersedes),
        "techniques": list(campaign.techniques),
        "references": [_reference(one) for one in campaign.references],
    }


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.id,
        "name": actor.name,
        "nation": actor.nation,
        "motive": actor.motive,
        "attack_id": actor.attack_id,
        "part_of": actor.part_of,
        "names": [{"by": one.by, "names": list(one.names)} for one in actor.names],
        "aliases": list(actor.aliases),
        "sectors": list(actor.sectors),
        "references": list(actor.references),
    }


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "url": reference.url,
        "title": reference.title,
        "publisher": reference.publisher,
        "date": reference.date,
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "type": indicator.type,
        "value": indicator.value,
        "versions": None if indicator.versions is None else list(indicator.versions),
        "range": indicator.range,
        "excluded": list(indicator.excluded),
        "name_only": indicator.hint,
        "role": indicator.role,
        "alone": indicator.alone,
        "note": indicator.note,
        "first_seen": indicator.first_seen,
        "last_seen": indicator.last_seen,
        "references": list(indicator.references),
    }


def _object(one: AttackObject) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "aliases": list(one.aliases),
        "description": one.description,
        "url": one.url,
        "attributed_to": list(one.attributed_to),
    }


def _links(links: Sequence[AttackLink]) -> list[dict[str, Any]]:
    return [{"said": link.said, "object": None if link.object is None else _object(link.object)} for link in links]


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "source": mention.feed,
        "why": mention.why,
        "indicator": _indicator(mention.indicator),
        "judgement": _judgement(mention.judgement),
        "campaign": _campaign(mention.campaign),
        "attack": _links(mention.attack),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    record = entry.advisory
    return {
        "feed": entry.feed,
        "id": record.id,
        "kind": record.kind,
        "modified": record.modified,
        "published": record.published,
        "withdrawn": record.withdrawn,
        "aliases": list(record.aliases),
        "origins": list(record.origins),
        "summary": record.summary,
        "judgement": _judgement(entry.judgement),
        "affects": list(entry.affects),
        "references": [reference.url for reference in record.references],
    }


def _judgement(judgement: Judgement | None) -> dict[str, Any] | None:
    return None if judgement is None else {"affected": judgement.affected, "rule": judgement.rule}
