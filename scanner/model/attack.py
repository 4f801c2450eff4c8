"""What MITRE ATT&CK says of a technique, a group, a software or a campaign: facts that campaigns link to."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class AttackKind(StrEnum):
    TECHNIQUE = "technique"
    GROUP = "group"
    SOFTWARE = "software"
    CAMPAIGN = "campaign"


class AttackObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object of the knowledge base."""

    id: str
    """ "T1195.002", "G0082", "S1246", "C0057" """
    kind: AttackKind
    name: str
    url: str
    description: str = ""
    """Its first sentences, without links and citations."""
    aliases: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    """Ids of the techniques and software that it uses."""
    attributed_to: tuple[str, ...] = ()
    """Campaigns: ids of the groups to which MITRE attributes them."""


class AttackLink(msgspec.Struct, frozen=True, kw_only=True):
    """A technique, software or campaign that a campaign's file names, and what ATT&CK has under that name."""

    said: str
    object: AttackObject | None = None
    """`None` where ATT&CK, as far as it was read, has nothing of that id or name."""
