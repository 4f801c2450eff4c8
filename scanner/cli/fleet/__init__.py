"""`pratique fleet`: many targets, looked at again and again, and what was ever seen in them."""

from __future__ import annotations

import click

from scanner.cli.lazy import LazyGroup

_COMMANDS = {
    "add": "Add repositories, organisations, folders and SBOMs to what is looked at.",
    "list": "List the targets.",
    "refresh": "Ask organisations, groups and drop folders again what there is.",
    "remove": "Forget targets, and all that they ever held.",
    "scan": "Look at targets: those that are due, all, or some.",
    "worker": "Look at what is due, as it becomes due: alone, or beside other workers.",
    "status": "Say how each target stands, when it was last looked at, and what it was checked with.",
    "findings": "List what was found in the fleet, still there or gone.",
    "finding": "Tell all that is known of one finding: evidence, time, decisions.",
    "decide": "Decide on findings: accepted, false, being fixed; with a reason, until a day.",
    "assign": "Say who looks after findings.",
    "history": "Tell what a target went through, snapshot by snapshot.",
    "who": "Say who has a package, or ever had it.",
    "hunt": "Look for anyone's indicator lists in everything that was ever seen.",
    "rematch": "Look for our campaigns and added lists in everything that was ever seen.",
    "keep": "Delete old snapshots, and what ended before them.",
    "vacuum": "Give back the room of what was deleted.",
    "notify": "Tell people what is new: by Slack, Teams, webhook, e-mail, GitHub issue.",
    "serve": "Serve the fleet's pages and its REST API.",
    "token": "The tokens by which people and programs sign in to the pages and the API.",
    "audit-log": "Say who signed in, was refused, decided, exported: when, and from where.",
}


@click.command(cls=LazyGroup, package=__name__, table=_COMMANDS)
def fleet() -> None:
    """Look at many repositories, night after night, and answer: were we ever hit?"""
