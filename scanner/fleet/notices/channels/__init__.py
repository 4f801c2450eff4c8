"""How people are told: one module for each way, and the table of them."""

from __future__ import annotations

from typing import Any, Protocol

from scanner.fleet.notices.channels import github, mail, slack, teams, webhook
from scanner.fleet.notices.posting import How
from scanner.fleet.notices.settings import Table
from scanner.fleet.notices.values import Message, Sent


class Way(Protocol):
    """One way to tell people."""

    TYPE: str
    """The word in the file."""
    FOLDS: bool
    """Whether several incidents may come in one message."""

    def read(self, table: Table) -> Any:
        """The settings of one channel. Raises `UsageError`."""

    def send(self, channel: Any, message: Message, how: How) -> Sent:
        """Raises `PratiqueError` where it did not arrive, as far as anybody knows."""


WAYS: tuple[Way, ...] = (mail, github, slack, teams, webhook)


class Channel:
    """One channel of the file."""

    def __init__(self, name: str, way: Way, settings: Any) -> None:
        self.name = name
        self.folds = way.FOLDS
        self._way, self._settings = way, settings

    def send(self, message: Message, how: How) -> Sent:
        return self._way.send(self._settings, message, how)


def read(table: Table) -> dict[str, Channel]:
    """All channels of the file, by name. Raises `UsageError`."""
    ways = {way.TYPE: way for way in WAYS}
    found: dict[str, Channel] = {}
    for name, one in table.named("channels").items():
        type_ = one.text("type")
        if type_ not in ways:
            raise one.wrong(f"type {type_!r} is not known", "one of " + ", ".join(ways))
        found[name] = Channel(name, ways[type_], ways[type_].read(one))
    return found
