"""What the search of one file found, before anybody judges it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.model.campaign import IndicatorType
from scanner.model.component import Location


class Manner(StrEnum):
    """How an indicator was met."""

    DIGEST = "digest"
    """The file is the known one, byte for byte."""
    NAME = "name"
    """The file, or a folder it lies in, bears the name."""
    METADATA = "metadata"
    """Package metadata names it as author, maintainer or publisher."""
    TEXT = "text"
    """It stands in the file."""
    DEFANGED = "defanged"
    """It stands in the file in a spelling that does not work as an address."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator met in one file: its first place."""

    type: IndicatorType
    key: str
    """The indicator's normalised value."""
    manner: Manner
    location: Location
    value: str
    """As the file writes it."""
    excerpt: str | None = None


class Command(msgspec.Struct, frozen=True):
    """Something that an editor, an agent or git runs by itself."""

    when: str
    """What sets it off, in words that follow "runs"."""
    text: str
    unasked: bool
    """Whether opening the folder is enough."""
    telling: str | None
    """Why it looks like an attack, in words that follow "it"; `None` where it does not."""


class FileSigns(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was met in one file."""

    path: str
    signs: tuple[Sign, ...] = ()
    commands: tuple[Command, ...] = ()
    read_by_tools: bool = False
    """Whether some package manager or build tool obeys a file of this name: then it is no mere document."""
    published_form: bool = False
    """Whether it is written in a format in which indicators are published."""
