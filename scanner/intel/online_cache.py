"""What a service on the network answered: kept for a while, so that a name leaves the machine once and not each time.

Unlike the feeds' files it is changed in place, under SQLite's own journal; losing it costs a question.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

FILE = "online.cache"
FRESH = timedelta(hours=12)
_KEPT = timedelta(days=30)
_TABLES = """
CREATE TABLE IF NOT EXISTS answer (
    server TEXT, ecosystem TEXT, name TEXT, asked TEXT NOT NULL, records BLOB NOT NULL,
    PRIMARY KEY (server, ecosystem, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (
    server TEXT, id TEXT, modified TEXT NOT NULL, used TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (server, id)
) WITHOUT ROWID;
"""

Name = tuple[str, str]


class Cache:
    """Answers of one server. Where the file cannot be used, it knows nothing and keeps nothing."""

    def __init__(self, directory: Path, server: str, now: datetime) -> None:
        self._server, self._now = server, now
        self._connection: sqlite3.Connection | None = None
        with suppress(sqlite3.Error, OSError):
            directory.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(directory / FILE, timeout=2.0)
            try:
                connection.executescript(_TABLES)
                with connection:
                    old = (now - _KEPT).isoformat()
                    connection.execute("DELETE FROM answer WHERE asked < ?", (old,))
                    connection.execute("DELETE FROM record WHERE used < ?", (old,))
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def answers(self, names: Iterable[Name]) -> dict[Name, dict[str, str]]:
        """What was answered lately on these names: id → modification time."""
        found: dict[Name, dict[str, str]] = {}
        if self._connection is None:
            return found
        since, until = (self._now - FRESH).isoformat(), self._now.isoformat()
        query = "SELECT records FROM answer WHERE server = ? AND ecosystem = ? AND name = ? AND asked BETWEEN ? AND ?"
        with suppress(sqlite3.Error, msgspec.MsgspecError):
            for name in names:
                row = self._connection.execute(query, (self._server, *name, since, until)).fetchone()
                if row is not None:
                    found[name] = msgspec.msgpack.decode(row[0], type=dict[str, str])
        return found

    def records(self, wanted: Mapping[str, str]) -> dict[str, bytes]:
        """The records of these ids that are kept at that modification time."""
        found: dict[str, bytes] = {}
        if self._connection is None:
            return found
        with suppress(sqlite3.Error):
            for id_, modified in wanted.items():
                row = self._connection.execute(
                    "SELECT body FROM record WHERE server = ? AND id = ? AND modified = ?",
                    (self._server, id_, modified),
                ).fetchone()
                if row is not None and modified:
                    found[id_] = bytes(row[0])
        return found

    def keep(
        self, answers: Mapping[Name, Mapping[str, str]], records: Mapping[str, bytes], times: Mapping[str, str]
    ) -> None:
        """Remember what came back."""
        if self._connection is None:
            return
        now = self._now.isoformat()
        with suppress(sqlite3.Error), self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)",
                ((self._server, *name, now, msgspec.msgpack.encode(dict(ids))) for name, ids in answers.items()),
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)",
                ((self._server, id_, times[id_], now, body) for id_, body in records.items()),
            )
            self._connection.executemany(
                "UPDATE record SET used = ? WHERE server = ? AND id = ?", ((now, self._server, id_) for id_ in times)
            )
