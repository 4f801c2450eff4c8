"""What registries answered about releases, with its time: asked once a day and not at each audit, and replayed later.

One row for each distinct answer, with when it was first and last given. Changed in place under SQLite's own journal,
one transaction an answer: an audit that was broken off goes on where it stopped. Deleting the file costs questions, and
the past: no audit before can be replayed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner.errors import IntelError
from scanner.model.released import ReleaseAnswer, ReleaseState

FILE = "registry-answers.sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS answer (
    registries TEXT, purl TEXT, first TEXT, last TEXT NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (registries, purl, first)
) WITHOUT ROWID;
"""
_NEWEST = "SELECT first, last, body FROM answer WHERE registries = ? AND purl = ? {} ORDER BY first DESC LIMIT 1"
_decoder = msgspec.msgpack.Decoder(ReleaseAnswer)
_VERSION = 1


class Given(msgspec.Struct, frozen=True):
    """An answer, and when it was given."""

    answer: ReleaseAnswer
    first: datetime
    last: datetime


class Answers:
    """The store. `registries`: the addresses that a client of the person's is configured to ask, in its order."""

    def __init__(self, path: Path | None) -> None:
        """`None`: kept for this run only. Raises `IntelError` for a file that is no store of ours."""
        self._where = path
        self._connection = sqlite3.connect(":memory:" if path is None else path, timeout=30.0)
        with self._told():
            try:
                (version,) = self._connection.execute("PRAGMA user_version").fetchone()
                if version not in (0, _VERSION):
                    raise IntelError("another version of pratique wrote it", where=path, hint="update pratique")
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.executescript(f"{_TABLES}PRAGMA user_version = {_VERSION};")
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        self._connection.close()

    def newest(self, registries: str, purl: str, *, until: datetime | None = None) -> Given | None:
        """The last answer; with `until` the one that stood then."""
        query, values = _NEWEST.format(""), [registries, purl]
        if until is not None:
            query = _NEWEST.format("AND first <= ?")
            values.append(_text(until))
        with self._told():
            row = self._connection.execute(query, values).fetchone()
            if row is None:
                return None
            return Given(_decoder.decode(row[2]), datetime.fromisoformat(row[0]), datetime.fromisoformat(row[1]))

    def present(self, registries: str, purl: str, *, until: datetime) -> datetime | None:
        """When the registry last said, before a time, that it has the version."""
        query = "SELECT max(last) FROM answer WHERE registries = ? AND purl = ? AND state = ? AND first <= ?"
        with self._told():
            values = (registries, purl, str(ReleaseState.PRESENT), _text(until))
            (found,) = self._connection.execute(query, values).fetchone()
        return None if found is None else datetime.fromisoformat(found)

    def keep(self, registries: str, purl: str, answer: ReleaseAnswer, now: datetime) -> None:
        """Remember an answer: as a new one where it is not what was said last."""
        body = msgspec.msgpack.encode(answer)
        before = self.newest(registries, purl)
        with self._told(), self._connection:
            if before is not None and msgspec.msgpack.encode(before.answer) == body and before.last <= now:
                self._connection.execute(
                    "UPDATE answer SET last = ? WHERE registries = ? AND purl = ? AND first = ?",
                    (_text(now), registries, purl, _text(before.first)),
                )
            else:
                row = (registries, purl, _text(now), _text(now), str(answer.state), body)
                self._connection.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)", row)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, msgspec.MsgspecError, ValueError) as error:
            raise IntelError(
                f"the answers of registries cannot be read or kept: {error}",
                where=self._where,
                hint="move the file away: then everything is asked again, and no earlier audit can be replayed",
            ) from error


def _text(time: datetime) -> str:
    """Of one length and one zone, so that texts are ordered as times are."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")
