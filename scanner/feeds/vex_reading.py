"""What the readers of VEX formats share: loose values out of somebody's JSON, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.purl import Purl
from scanner.model.purl import parse as parse_purl

MOST = 200_000
"""Statements, products and components of one document."""


class Reading:
    """One document, and its problems."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self._left = MOST

    def lost(self, place: str, what: str) -> None:
        """Say that something there counts for nothing. No harm: at worst a finding stands that need not."""
        self.problems.append(Problem(where=f"{self.where}: {place}", what=what, harmless=True))

    def items(self, value: Any, place: str) -> Iterator[tuple[str, Any]]:
        """The elements of a list, each with its place; what is no list is a problem."""
        if value is None:
            return
        if not isinstance(value, list):
            self.lost(place, "not a list")
            return
        for number, item in enumerate(value):
            self._left -= 1
            if self._left < 0:
                raise InputError(f"more than {MOST} entries", where=self.where)
            yield f"{place}/{number}", item

    def tables(self, value: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The objects in a list, each with its place."""
        for at, item in self.items(value, place):
            if isinstance(item, dict):
                yield at, item
            else:
                self.lost(at, "not an object")


def table(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """A string, or ""."""
    return value.strip()[:2_000] if isinstance(value, str) else ""


def purl(value: Any) -> Purl | None:
    """A package URL, or `None` for whatever else stands there."""
    if not isinstance(value, str) or not value.lower().startswith("pkg:"):
        return None
    try:
        return parse_purl(value)
    except InputError:
        return None


def time(value: str) -> datetime | None:
    """A moment in time; one without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
