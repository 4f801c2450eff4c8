"""The errors that we raise on purpose, told apart by whose move is next.

    PratiqueError
    ├── UsageError    the command line or the configuration: the person who typed it
    ├── InputError    a file that we were given: whoever wrote it
    ├── IntelError    the intelligence database or a feed: `pratique intel sync`
    └── EngineError   a tool that we run or a service that we ask

Anything else that escapes is our own bug.
"""

from __future__ import annotations


class PratiqueError(Exception):
    """What happened, where, and what to try next."""

    def __init__(self, what: str, *, where: object = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = None if where is None else str(where)
        self.hint = hint

    def __str__(self) -> str:
        text = self.what if self.where is None else f"{self.where}: {self.what}"
        return text if self.hint is None else f"{text} ({self.hint})"


class UsageError(PratiqueError):
    """The command line or the configuration asks for something that cannot be done."""


class InputError(PratiqueError):
    """A file that we were given does not hold what it should."""


class IntelError(PratiqueError):
    """The intelligence database, or a feed that fills it, cannot be used."""


class EngineError(PratiqueError):
    """A tool that we run, or a service that we ask, failed."""
