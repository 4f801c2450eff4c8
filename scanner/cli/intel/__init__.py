"""`pratique intel`: what is known to be bad, brought up to date and looked at."""

from __future__ import annotations

import click

from scanner.cli.lazy import LazyGroup

_COMMANDS = {
    "sync": "Fetch what upstream knows, and replace the database by it.",
    "export": "Write everything that is known into one file, to carry where there is no network.",
    "import": "Take in such a file, or add an indicator list for good.",
    "remove": "Take an added list away.",
    "withdraw": "Hold a report for false, on this machine, for a time.",
    "status": "Show each feed: records, newest record, age.",
    "campaigns": "List the campaigns that are known, by actor, nation, time or ecosystem.",
    "show": "Tell everything about a campaign or an actor, under any of its names.",
    "search": "Look for a term in everything that is known.",
    "explain": "Tell everything known on one package, digest, address or record.",
    "attack": "Read MITRE ATT&CK from a STIX bundle, for `show` and `explain`.",
}


@click.command(cls=LazyGroup, package=__name__, table=_COMMANDS)
def intel() -> None:
    """Keep what is known to be bad up to date, and look at it."""
