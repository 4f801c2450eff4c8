"""Lists for a person: campaigns with a picture of time, and everywhere a term occurs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from scanner.display import line
from scanner.model.campaign import Campaign
from scanner.model.knowledge import Found, Listed
from scanner.reports.knowledge_page import searched
from scanner.reports.printer import Printer
from scanner.reports.timeline import Row, draw


def campaigns(listed: Listed, out: TextIO) -> None:
    """Write the campaigns that passed the filter, oldest first."""
    put = Printer(out, os.environ)
    count = len(listed.campaigns)
    put(f"{count} of {listed.known} campaigns" + (", oldest first" if count > 1 else ""), bold=True)
    for remark in listed.remarks:
        put(line(remark))
    if listed.campaigns:
        put()
        picture(put, listed.campaigns)
        put()
        put("pratique intel show ID tells of one")
    searched(put, listed.searched)


def picture(put: Printer, some: Sequence[Campaign]) -> None:
    """One line a campaign: id, nation, and when it went on."""
    rows = [
        Row(line(one.id), one.first_seen, one.last_seen, "?" if one.nation == "unknown" else line(one.nation))
        for one in some
    ]
    for text in draw(rows, put.width):
        put(text)


def found(result: Found, out: TextIO) -> None:
    """Write everywhere the term occurs, by kind."""
    put = Printer(out, os.environ)
    total = len(result.traces) + result.more
    put(f"{line(result.asked, limit=200)}: " + (f"{total} places" if total else "nothing known"), bold=True)
    kinds = dict.fromkeys(trace.kind for trace in result.traces)
    for kind in kinds:
        put()
        put(line(kind), bold=True)
        for trace in result.traces:
            if trace.kind == kind:
                put.entry(line(trace.value, limit=160), line(trace.place))
                if trace.text and trace.text != trace.place:
                    put.field("", line(trace.text, limit=300))
    if result.more:
        put(f"and {result.more} more: a longer term finds fewer")
    near(put, result.near)
    searched(put, result.searched)


def near(put: Printer, names: Sequence[str]) -> None:
    """Known names that are like the one asked for."""
    if names:
        put("near names: " + ", ".join(line(name, limit=120) for name in names))
