"""One observable for a person: the answer first, then who says so, which campaigns and records, and by which rule."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from scanner.display import address, line
from scanner.model.exploitation import Exploitation
from scanner.model.knowledge import Answer, Entry, Explanation, Judgement, Mention
from scanner.reports import exploitation
from scanner.reports.knowledge_page import fact, searched, some, span
from scanner.reports.knowledge_show import attack, behind, indicator_words
from scanner.reports.knowledge_text import near, picture
from scanner.reports.printer import Printer

_ANSWERS = {
    Answer.MALICIOUS: ("MALICIOUS", "red"),
    Answer.POSSIBLE: ("POSSIBLY MALICIOUS: some versions are", "yellow"),
    Answer.VULNERABLE: ("VULNERABLE: no sign of malice, but known vulnerabilities", "yellow"),
    Answer.WEAK: ("SEEN IN A CAMPAIGN, which proves nothing by itself", "yellow"),
    Answer.OTHER_VERSION: ("NOT AFFECTED at this version, as far as is known", "green"),
    Answer.WITHDRAWN: ("WITHDRAWN: the record was taken back", None),
    Answer.UNKNOWN: ("NOTHING KNOWN, which is no proof of innocence", None),
}
_CAMPAIGNS = 12
_ENTRIES = 25


def explanation(answer: Explanation, out: TextIO) -> None:
    """Write everything known on the observable."""
    put = Printer(out, os.environ)
    words, colour = _ANSWERS[answer.answer]
    put(f"{line(answer.asked, limit=300)}: {words}", colour, bold=True)
    put.field("read as", "; ".join(map(line, answer.read_as)), indent=0)
    for remark in answer.remarks:
        put.field("remark", line(remark), indent=0)
    if answer.sources:
        count = f"{len(answer.sources)} independent: " if len(answer.sources) > 1 else "one only: "
        put.field("sources", count + ", ".join(map(line, answer.sources)), indent=0)
    for one in answer.exploitation:
        put.field("used", f"{_cve(one)}: {', '.join(exploitation.words(one))}", indent=0)
    campaigns = dict.fromkeys(mention.campaign for mention in answer.mentions)
    for number, campaign in enumerate(list(campaigns)[:_CAMPAIGNS]):
        put()
        _campaign(put, [one for one in answer.mentions if one.campaign == campaign], described=number < 3)
    if len(campaigns) > _CAMPAIGNS:
        put(f"and {len(campaigns) - _CAMPAIGNS} more campaigns (--json has all)")
    if len(campaigns) > 1:
        put()
        picture(put, sorted(campaigns, key=lambda one: (one.first_seen or "", one.id)))
    _entries(put, answer.entries)
    near(put, answer.near)
    searched(put, answer.searched)


def _campaign(put: Printer, mentions: Sequence[Mention], *, described: bool) -> None:
    campaign = mentions[0].campaign
    when = f", {span(campaign)}" if span(campaign) else ""
    put(f"{line(campaign.name)}  [campaign {line(campaign.id)}{when}]", bold=True)
    for mention in mentions[:6]:
        fact(put, "matches", f"{mention.why}: {indicator_words(mention.indicator)}")
        if mention.judgement is not None:
            fact(put, "version", _judged(mention.judgement))
        seen = " to ".join(dict.fromkeys(filter(None, (mention.indicator.first_seen, mention.indicator.last_seen))))
        fact(put, "seen", line(seen))
        for url in mention.indicator.references[:4]:
            put.item("says", address(url))
    if len(mentions) > 6:
        fact(put, "", f"and {len(mentions) - 6} more of its indicators (--json has all)")
    fact(put, "list", line(mentions[0].feed) if mentions[0].feed != "pratique/campaigns" else "")
    behind(put, campaign)
    attack(put, mentions[0].attack, described=False)
    if described:
        fact(put, "what", line(campaign.summary, limit=2_000))
        fact(put, "do now", line(campaign.what_to_do, limit=2_000))


def _entries(put: Printer, entries: Sequence[Entry]) -> None:
    for entry in entries[:_ENTRIES]:
        record = entry.advisory
        put()
        withdrawn = f", WITHDRAWN {line(record.withdrawn)}" if record.withdrawn else ""
        status = f"{record.kind}, {line(entry.feed)}, modified {line(record.modified)}{withdrawn}"
        put(f"{line(record.id)}  [{status}]", bold=True)
        fact(put, "says", line(record.summary, limit=400))
        if entry.judgement is not None:
            fact(put, "version", _judged(entry.judgement))
        for text in entry.affects:
            fact(put, "affects", line(text, limit=400))
        fact(put, "also", some(list(map(line, record.aliases)), 12))
        fact(put, "origin", ", ".join(map(line, record.origins)))
        for reference in record.references[:4]:
            put.item("see", address(reference.url))
    if len(entries) > _ENTRIES:
        put()
        put(f"and {len(entries) - _ENTRIES} more records (--json has all)")


def _cve(one: Exploitation) -> str:
    found = one.known_exploited or one.likelihood
    return "" if found is None else line(found.cve)


def _judged(judgement: Judgement) -> str:
    words = {True: "affected: ", False: "not affected: ", None: ""}
    return words[judgement.affected] + line(judgement.rule, limit=600)
