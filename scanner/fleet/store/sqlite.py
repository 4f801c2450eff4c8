"""The store in one SQLite file: the default, for one machine.

WAL, so that pages are read while a worker writes; `synchronous=full`, so that what was recorded outlives a power cut;
`begin immediate`, so that two writers queue up instead of failing half way.
https://www.sqlite.org/wal.html, https://www.sqlite.org/stricttables.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scanner.fleet.store.database import GIVEN, Row
from scanner.fleet.store.errors import StoreError, StoreGoneError

BUSY_SECONDS = 60.0
"""How long a writer waits for another one."""


_PRAGMAS = (
    "journal_mode=wal",
    "synchronous=full",
    "cache_size=-262144",
    "temp_store=memory",
    # Pages that change again and again are written home once for many transactions.
    "wal_autocheckpoint=16384",
)


class Sqlite:
    """One connection to one file."""

    words: Mapping[str, str] = {
        "id": "integer primary key",
        "int": "integer",
        "text": "text",
        "blob": "blob",
        "rows": " strict",
        "keyed": " strict, without rowid",
        "postgres": "--",
        "for_update": "",
    }

    def __init__(self, path: Path, *, busy: float = BUSY_SECONDS) -> None:
        self.where = str(path)
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            # One after the other, any thread may use it: a request of the web goes from one to the next.
            self._connection = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
        try:
            with self._translated():
                for pragma in _PRAGMAS:
                    self._connection.execute(f"pragma {pragma}")
        except BaseException:
            self._connection.close()
            raise

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        with self._translated():
            return self._connection.execute(statement, values).rowcount

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._translated():
            return self._connection.execute(statement, values).fetchall()

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        marks = ",".join("?" * len(columns))
        with self._translated():
            self._connection.executemany(f"insert into {table} ({','.join(columns)}) values ({marks})", rows)

    def join(self, statement: str, table: str, rows: Sequence[Sequence[Any]]) -> list[Row]:
        self.fill(table, tuple(GIVEN[table]), rows)
        found = self.rows(statement.replace("{given}", table))
        self.empty(table)
        return found

    def empty(self, *tables: str) -> None:
        for table in tables:
            self.run(f"delete from {table}")

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[None]:  # noqa: ARG002 # there is one writer at any time
        yield from self._transaction("begin immediate")

    @contextmanager
    def read(self) -> Iterator[None]:
        yield from self._transaction("begin")

    def _transaction(self, begin: str) -> Iterator[None]:
        self.run(begin)
        try:
            yield
            self.run("commit")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.rollback()
            raise

    def tables(self) -> frozenset[str]:
        return frozenset(name for (name,) in self.rows("select name from sqlite_master where type = 'table'"))

    def analyse(self, *tables: str) -> None:
        """Nothing to do: the order of our joins does not hang on it (`cross join`)."""

    def vacuum(self) -> None:
        for statement in ("vacuum", "pragma optimize", "pragma wal_checkpoint(truncate)"):
            self.run(statement)

    def size(self) -> int:
        ((pages,),) = self.rows("pragma page_count")
        ((bytes_,),) = self.rows("pragma page_size")
        return int(pages * bytes_)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise StoreGoneError(
                    "other processes write to it for too long", where=self.where, hint="nothing was written; try again"
                ) from error
            if "full" in str(error):
                raise StoreGoneError(
                    "there is no room left for it",
                    where=self.where,
                    hint="nothing was written; make room, then try again",
                ) from error
            raise StoreError(str(error), where=self.where) from error
        except (sqlite3.DatabaseError, OSError) as error:
            raise StoreError(
                str(error), where=self.where, hint="restore it from the last copy: docs/fleet.md says how"
            ) from error
