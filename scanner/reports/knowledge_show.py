"""An actor or a campaign for a person: who says what, when it went on, what betrays it, what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from scanner.display import address, line
from scanner.model.attack import AttackLink, AttackObject
from scanner.model.campaign import Actor, Attribution, Campaign, Indicator
from scanner.model.knowledge import ActorDossier, CampaignDossier, Shown
from scanner.reports.knowledge_page import attack_words, fact, searched, some, span
from scanner.reports.knowledge_text import near, picture
from scanner.reports.printer import Printer

_SHOWN = 12
"""Indicators of one type that are printed."""


def shown(answer: Shown, out: TextIO) -> None:
    """Write everything that goes by the name."""
    put = Printer(out, os.environ)
    if not answer.actors and not answer.campaigns:
        put(f"{line(answer.asked, limit=200)}: nothing known", bold=True)
        near(put, answer.near)
        put("pratique intel search looks for a term everywhere")
    for number, actor in enumerate(answer.actors):
        if number:
            put()
        _actor(put, actor)
    for number, campaign in enumerate(answer.campaigns, len(answer.actors)):
        if number:
            put()
        _campaign(put, campaign)
    searched(put, answer.searched)


def _actor(put: Printer, dossier: ActorDossier) -> None:
    actor = dossier.actor
    put(f"{line(actor.name)}  [actor {line(actor.id)}, {line(actor.nation)}]", bold=True)
    fact(put, "part of", line(actor.part_of or ""))
    for naming in actor.names:
        fact(put, "named", f"{line(naming.by)}: {', '.join(map(line, naming.names))}")
    if not actor.names:
        fact(put, "also", ", ".join(map(line, actor.aliases)))
    fact(put, "motive", line(actor.motive or ""))
    fact(put, "sectors", ", ".join(map(line, actor.sectors)))
    if dossier.group is not None:
        _object(put, dossier.group)
        for kind in ("technique", "software"):
            fact(put, "", _used(kind, dossier.arsenal))
    elif actor.attack_id:
        put.item("ATT&CK", line(actor.attack_id))
    for url in actor.references:
        put.item("see", address(url))
    put()
    put(f"   campaigns attributed to it: {len(dossier.campaigns)} (by whom: pratique intel show ID)")
    if dossier.campaigns:
        picture(put, dossier.campaigns)


def _used(kind: str, arsenal: Sequence[AttackObject]) -> str:
    names = [attack_words(one) for one in arsenal if one.kind == kind]
    return f"uses {some(names, 20)}" if names else ""


def _campaign(put: Printer, dossier: CampaignDossier) -> None:
    one = dossier.campaign
    put(f"{line(one.name)}  [campaign {line(one.id)}, {line(one.kind)}]", bold=True)
    fact(put, "also", ", ".join(map(line, one.aliases)))
    fact(put, "when", span(one))
    fact(put, "where", ", ".join(map(line, one.ecosystems)))
    fact(put, "how", line(one.vector, limit=2_000))
    fact(put, "what", line(one.summary, limit=4_000))
    behind(put, one)
    attack(put, dossier.attack, described=True)
    fact(put, "replaces", ", ".join(map(line, one.supersedes)))
    fact(put, "now in", ", ".join(map(line, dossier.superseded_by)))
    fact(put, "do now", line(one.what_to_do, limit=4_000))
    for reference in one.references:
        words = ", ".join(line(text) for text in (reference.publisher, reference.date) if text)
        put.item("see", address(reference.url), words)
    _indicators(put, dossier.indicators)


def behind(put: Printer, campaign: Campaign) -> None:
    """The actor, and whose statement that is. Attribution is quoted, never made."""
    if campaign.actor is not None:
        fact(put, "actor", _who(campaign.actor))
    for claim in campaign.attribution:
        put.item("by whom", address(claim.reference), _statement(claim))
    if not campaign.attribution:
        fact(put, "by whom", "nobody has attributed it in what we have read")


def _statement(claim: Attribution) -> str:
    name = f" as {line(claim.name)}" if claim.name else ""
    wording = f' ("{line(claim.wording, limit=300)}")' if claim.wording else ""
    return f"{line(claim.by)}{name}: {claim.confidence}{wording}"


def attack(put: Printer, links: Sequence[AttackLink], *, described: bool) -> None:
    """What ATT&CK has under the names that the campaign's file gives."""
    unknown = [line(link.said) for link in links if link.object is None]
    for link in links:
        if link.object is None:
            continue
        if described:
            _object(put, link.object)
        else:
            put.item("ATT&CK", address(link.object.url), attack_words(link.object))
    fact(put, "tools" if described else "", ", ".join(unknown) if described else "")


def _object(put: Printer, one: AttackObject) -> None:
    put.item("ATT&CK", address(one.url), attack_words(one))
    fact(put, "", line(one.description, limit=400))
    if one.attributed_to:
        fact(put, "", "MITRE attributes it to " + ", ".join(map(line, one.attributed_to)))


def _who(actor: Actor) -> str:
    return f"{line(actor.name)} ({line(actor.id)}), {line(actor.nation)}"


def _indicators(put: Printer, indicators: Sequence[Indicator]) -> None:
    for type_ in dict.fromkeys(one.type for one in indicators):
        mine = [one for one in indicators if one.type is type_]
        put()
        put(f"   {len(mine)} of type {type_}")
        for one in mine[:_SHOWN]:
            put.entry(indicator_words(one), indent=6)
        if len(mine) > _SHOWN:
            put(f"      and {len(mine) - _SHOWN} more (--json has all)")


def indicator_words(one: Indicator) -> str:
    """Value, versions and remarks of an indicator on one line."""
    words = [line(one.value, limit=160)]
    if one.type in ("package", "product"):
        words += [_versions(one), f"[{one.role}]"]
    if not one.alone:
        words.append("(proves nothing by itself)")
    if one.note:
        words.append(f"({line(one.note, limit=80)})")
    return "  ".join(word for word in words if word)


def _versions(one: Indicator) -> str:
    if one.hint:
        return "which versions is not said"
    if one.versions is None:
        return "every version" + (f" but {', '.join(map(line, one.excluded[:8]))}" if one.excluded else "")
    parts = [*map(line, one.versions[:8])]
    parts += [f"and {len(one.versions) - 8} more versions"] if len(one.versions) > 8 else []
    return ", ".join([*parts, *([line(one.range)] if one.range else [])])
