"""Gathers what the readers of lists understand, line by line, so that no line is lost without a word."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from scanner.display import line
from scanner.errors import InputError
from scanner.feeds.lists.document import Document
from scanner.model.campaign import Actor, Indicator
from scanner.model.component import Problem
from scanner.model.listing import Line, ListReading

Found = Indicator | str | InputError
"""What a line says: an indicator, a remark on what is not looked for, or why it says nothing."""

MOST_TOLD = 20_000
"""Problems, and remarks, that are told one by one."""
MOST_INDICATORS = 5_000_000
_NOTE, _PAGES = 300, 5


class Collector:
    """Grows while a list is read."""

    def __init__(self, document: Document) -> None:
        self.id = f"list:{document.name}"
        self.title: str | None = None
        self.actor: Actor | None = None
        self.comments = 0
        self._name = document.name
        self._itself = (document.name,)
        self._indicators: list[Indicator] = []
        self._numbers = array("L")
        self._remarks: list[Line] = []
        self._problems: list[Problem] = []
        self._total = self._understood = self._untold = 0

    def common(
        self, number: int, note: str | None = None, references: Sequence[str] = (), *, unit: str = "record"
    ) -> dict[str, Any]:
        """What all indicators of one line have in common. The pages that the line refers to, else the list itself."""
        return {
            "campaign": self.id,
            "note": f"{unit} {number}" + (f": {note[:_NOTE]}" if note else ""),
            "references": tuple(references[:_PAGES]) or self._itself,
        }

    def record(self, number: int, found: Iterable[Found]) -> None:
        """Take what one line or record says; an `InputError` while it is found costs what follows in this record."""
        self._total += 1
        said, errors = 0, 0
        try:
            for item in found:
                said += 1
                if isinstance(item, Indicator):
                    if len(self._indicators) >= MOST_INDICATORS:
                        raise InputError(f"more than {MOST_INDICATORS} indicators", hint="split the list")
                    self._indicators.append(item)
                    self._numbers.append(number)
                elif isinstance(item, str):
                    self.remark(number, item)
                else:
                    errors += 1
                    self._problem(number, item)
        except InputError as error:
            errors += 1
            self._problem(number, error)
        if not said and not errors:
            errors = 1
            self._problem(number, InputError("nothing in it was understood"))
        self._understood += not errors

    def remark(self, number: int, text: str) -> None:
        """Say something about a line besides its indicators."""
        if len(self._remarks) < MOST_TOLD:
            self._remarks.append(Line(number, text))

    def _problem(self, number: int, error: InputError) -> None:
        if len(self._problems) < MOST_TOLD:
            self._problems.append(Problem(where=self._name, what=error.what, line=number, hint=error.hint))
        else:
            self._untold += 1

    def finish(self, kind: str) -> ListReading:
        """The reading. Problems beyond the bound are one more problem that says how many."""
        if self._untold:
            self._problems.append(Problem(where=self._name, what=f"and {self._untold} more problems of this kind"))
        return ListReading(
            id=self.id,
            name=self._name,
            kind=kind,
            title=None if self.title is None else line(self.title, limit=300),
            actor=self.actor,
            indicators=tuple(self._indicators),
            numbers=self._numbers,
            remarks=tuple(self._remarks),
            problems=tuple(self._problems),
            total=self._total,
            understood=self._understood,
            not_understood=self._total - self._understood,
            comments=self.comments,
        )
