"""What people are told: one thing, what it belongs to, and the message that carries it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a notice is about."""

    COMPROMISE = "compromise"
    """A finding that is new, or came back."""
    VERDICT = "verdict"
    """A target stands otherwise than when somebody was told last."""
    SCAN = "scan"
    """Targets that cannot be looked at, or can again."""
    FEED = "feed"
    """What is known grows stale, or is fresh again."""
    BACKLOG = "backlog"
    """Several incidents in one message: after a channel was out of reach, or where there are many at once."""
    TEST = "test"


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing of an incident: a finding in a target, or something that changed."""

    target: int
    """0 for a feed."""
    address: str
    """Of the target, or the name of the feed."""
    owner: str | None = None
    package: str = ""
    path: str = ""
    state: str = ""
    """Of a finding: certain or possible."""
    class_: str = ""
    severity: int = 0
    before: str = ""
    after: str = ""
    """What changed: verdicts, `working` and `failing`, states of feeds."""
    why: str = ""
    """Why a scan fails; of a package that was there before it was known: from when to when."""


class About(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an incident is, as it was known when it began."""

    name: str
    summary: str = ""
    statements: tuple[str, ...] = ()
    """Who is said to be behind it, each with who says so and where."""
    what_to_do: str = ""
    campaign: str = ""
    record: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message of an incident to a team. All of it is plain text: each channel escapes it in its own way."""

    id: str
    """The same for the same content, however often it is sent: receivers drop what they have."""
    incident: str
    """The same for all messages of one incident in one channel."""
    number: int
    """1 for the first, more for an update."""
    kind: Kind
    team: str
    """Owner whom a route names; "" for all others."""
    title: str
    lead: tuple[str, ...]
    """Sentences that say how much there is."""
    severity: str = ""
    about: About | None = None
    items: tuple[Item, ...] = ()
    """The first few."""
    more: int = 0
    """Items that are not among them."""
    new_targets: int = 0
    all_targets: int = 0
    parts: tuple[str, ...] = ()
    """Of a backlog: one line for each incident."""
    link: str | None = None
    at: datetime
    opened: datetime
    reference: str | None = None
    """What the channel called the first message: an issue, a Message-ID."""
    tried: bool = False
    """Sending was begun once before, and nobody knows how it ended."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What came of sending."""

    reference: str | None = None
    remark: str = ""
    """What went wrong all the same: an address of several that was refused."""
