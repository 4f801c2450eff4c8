"""What the knowledge commands share: what was searched, and short words for what they show."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.display import line
from scanner.model.attack import AttackObject
from scanner.model.campaign import Campaign
from scanner.model.report import FeedState
from scanner.reports.printer import Printer


def fact(put: Printer, label: str, text: str) -> None:
    """A labelled paragraph, where there is something to say."""
    if text:
        put.field(label, text)


def searched(put: Printer, states: Sequence[FeedState]) -> None:
    """What was asked, and how old it is: "nothing known" is worth as much as this."""
    put()
    asked = [state for state in states if state.status in ("embedded", "fresh", "stale")]
    families: dict[str, list[FeedState]] = {}
    for state in asked:
        families.setdefault(state.name if state.name.startswith(_WHOLE) else state.name.partition("/")[0], []).append(
            state
        )
    put.field("searched", "; ".join(_family(name, some) for name, some in families.items()), indent=0)
    for state in states:
        if state.status in ("broken", "stale"):
            put.field("but", f"{line(state.name)} is {state.status}: pratique intel sync", indent=0)
        elif state.status == "missing":
            put.field("but", f"{line(state.name)} is not there: pratique intel attack FILE", indent=0)
    if all(state.name.startswith(_WHOLE) for state in asked):
        put.field("but", "no advisories are at hand: pratique intel sync", indent=0)


_WHOLE = ("pratique/", "added/", "mitre/")
"""Feeds that are named one by one; those of an upstream for each ecosystem are summed up."""


def _family(name: str, states: Sequence[FeedState]) -> str:
    records = sum(state.records for state in states)
    ages = [state.age_hours for state in states if state.age_hours is not None]
    feeds = f"{len(states)} feeds, " if len(states) > 1 else ""
    age = f", {_age(max(ages))} old" if ages else ""
    return f"{line(name)} ({feeds}{records:,} records{age})"


def _age(hours: float) -> str:
    if hours < 1:
        return "under an hour"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"


def span(campaign: Campaign) -> str:
    """When it went on, as far as anybody says."""
    return line(" to ".join(dict.fromkeys(filter(None, (campaign.first_seen, campaign.last_seen)))))


def attack_words(one: AttackObject) -> str:
    """An object of ATT&CK on one line."""
    return f"{line(one.id)} {line(one.name, limit=80)}"


def some(texts: Sequence[str], most: int) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(texts) - most} more (--json has all)" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
