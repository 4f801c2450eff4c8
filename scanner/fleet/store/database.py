"""The thin line between our SQL and two databases.

Statements are written once, with `?` for each value, and run unchanged on both. What differs is said here: the words of
a schema, how rows are written by the thousand, how a transaction begins, and what an error means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Database(Protocol):
    """One connection. Not for two threads at once: open a store in each."""

    where: str
    """File, or address without password: for errors."""
    words: Mapping[str, str]
    """What stands between braces in the schema, and `for_update` in a statement. `postgres` begins its lines alone."""

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it touched."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query (or of a `returning`)."""

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add many rows as fast as the database can take them."""

    def join(self, statement: str, table: str, rows: Sequence[Sequence[Any]]) -> list[Row]:
        """Run a statement that reads `rows` where it says `{given}`, as if a table of `GIVEN` held them."""

    def empty(self, *tables: str) -> None:
        """Delete all rows of temporary tables."""

    def write(self, *, alone: bool = False) -> AbstractContextManager[None]:
        """A transaction that writes: all of it, or nothing. `alone`: while no other writes."""

    def read(self) -> AbstractContextManager[None]:
        """A transaction in which every query sees the same moment. It may fill temporary tables."""

    def tables(self) -> frozenset[str]:
        """Names of the tables that are there."""

    def analyse(self, *tables: str) -> None:
        """Let the planner know how many rows a temporary table holds, where it does not see that by itself."""

    def vacuum(self) -> None:
        """Give back what deleted rows took."""

    def size(self) -> int:
        """Bytes on the disk, indexes included."""

    def close(self) -> None: ...


GIVEN: Mapping[str, Mapping[str, str]] = {
    "new_look": {"target": "int"},
    "new_source": {"content": "blob", "reader": "text"},
    "new_ident": {"ident": "blob"},
    "new_package": {"family": "text", "name": "text"},
    "new_component": {"ident": "blob", "package": "int", "version": "text", "body": "blob"},
}
"""Columns of the tables that `join` takes."""


def first(rows: list[Row]) -> Row | None:
    """The only row of a query, if there is one."""
    return rows[0] if rows else None
