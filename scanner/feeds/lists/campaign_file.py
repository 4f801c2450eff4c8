"""A campaign file of pratique's own (docs/campaigns.md), as a list that somebody hands around."""

from __future__ import annotations

import re

import msgspec

from scanner.feeds import campaign_toml
from scanner.feeds.lists.collector import Collector
from scanner.feeds.lists.document import Document
from scanner.model.campaign import Actor

_OURS = re.compile(r"^\[(?:indicators\]|\[reference\]\])", re.MULTILINE)
_ID = re.compile(r"^id\s*=", re.MULTILINE)


class _Anyone(dict[str, Actor]):
    """Actors by the id that the file gives: whoever hands it around need not hand around actors.toml."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __missing__(self, key: str) -> Actor:
        return Actor(id=key, name=key, nation="unknown")


def recognise(document: Document) -> bool:
    return not document.is_json and _OURS.search(document.text) is not None and _ID.search(document.text) is not None


def read(document: Document, into: Collector) -> None:
    campaign = campaign_toml.parse(document.data, where=document.name, actors=_Anyone())
    into.title, into.actor = campaign.name, campaign.actor
    for number, indicator in enumerate(campaign.indicators, 1):
        into.record(number, [msgspec.structs.replace(indicator, campaign=into.id)])
