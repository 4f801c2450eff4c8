"""What a listing is asked for, and what it names."""

from __future__ import annotations

import msgspec

MOST_TOPICS = 50
_LONGEST_TOPIC = 100


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One repository, project or object of a listing."""

    key: str
    """By which it is known when its name changes."""
    name: str
    address: str
    """Checked: of the server that was asked, without control characters or secrets. Empty where it was refused."""
    refused: str = ""
    """Why nobody should fetch it from where the listing says."""
    visibility: str = ""
    """In the server's words: public, private, internal."""
    archived: bool = False
    fork: bool = False
    empty: bool = False
    topics: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What is listed, and where."""

    api: str
    """The address of the API, without a slash at its end."""
    name: str
    """Organisation, group, or bucket and prefix; empty where the whole server is meant."""
    ssh: bool = False
    """Whether repositories are fetched over ssh."""


def topics(words: list[str]) -> tuple[str, ...]:
    """As labels: not too many, not too long."""
    return tuple(sorted({word[:_LONGEST_TOPIC] for word in words[:MOST_TOPICS] if word.strip()}))
