"""pratique fleet finding"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

import click

from scanner.cli import options
from scanner.cli.fleet import shared
from scanner.display import line
from scanner.model.moment import rfc3339

if TYPE_CHECKING:
    from datetime import datetime

    from scanner.pipeline.fleet.past import Story


@click.command()
@click.argument("target", metavar="TARGET")
@click.argument("id_", metavar="FINDING")
@click.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="text or json; may be repeated.")
@shared.store_option
def finding(target: str, id_: str, formats: tuple[str, ...], store_address: str | None) -> int:
    """Tell all that is known of one FINDING: evidence, sources, when it came and went, what was decided.

    FINDING is its id, or the first eight characters or more; `fleet findings` lists them.
    """
    from scanner.pipeline.fleet import past

    chosen = options.formats(formats, ("text", "json"), "text")
    with shared.opened(store_address) as store:
        story = past.of_finding(store, target, id_)
    now = shared.now()
    options.write_all(chosen, None, lambda name, out: _write(story, now, name, out))
    return 0


def _write(story: Story, now: datetime, name: str, out: TextIO) -> None:
    from scanner.pipeline.fleet import standing
    from scanner.reports import json_v1, telling, text_finding
    from scanner.reports.printer import Printer

    stored = story.stored
    if name == "json":
        told = {
            "format": "pratique-fleet-finding/1",
            "target": stored.target,
            "address": stored.address,
            "owner": stored.owner,
            "first": rfc3339(stored.first),
            "last": rfc3339(stored.last),
            "gone": rfc3339(stored.gone),
            "reopened": stored.reopened,
            "finding": json_v1.finding_body(stored.at(now)),
            "events": [{"at": rfc3339(one.at), "what": one.what} for one in story.events],
            "decisions": [
                {"at": rfc3339(one.at), "by": one.by, "decision": one.what, "reason": one.reason,
                 "expires": rfc3339(one.expires)}
                for one in story.decisions
            ],
        }  # fmt: skip
        shared.json_document(told, out)
        return
    put = Printer(out, os.environ)
    put(f"{line(stored.finding.title)}  [{telling.mark(stored.finding)}]", bold=True)
    text_finding.details(put, stored.finding)
    put.item("target", line(stored.address), f"number {stored.target}")
    put.field("owner", line(stored.owner or "nobody"))
    for label, one in zip(("seen", *[""] * len(story.events)), story.events, strict=False):
        put.item(label, f"{shared.day(one.at)}  {line(one.what)}")
    put.field("last", f"{shared.day(stored.last)}" + ("" if stored.gone is None else ", gone since"))
    stands = standing.decision(stored, now)
    put.field("stands", "nothing is decided" if stands == "-" else line(stands, limit=4_000))
    for label, made in zip(("decided", *[""] * len(story.decisions)), story.decisions, strict=False):
        until = "" if made.expires is None else f", over on {shared.day(made.expires)}"
        put.field(label, f"{shared.day(made.at)} {line(made.what)} by {line(made.by)}: {line(made.reason)}{until}")
