"""ATT&CK in SQLite: what one bundle said, found by id or by name. The only home of its SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import msgspec

from scanner.intel.publish import replacing, writing
from scanner.model.attack import AttackObject
from scanner.model.report import FeedState

FILE = "attack.sqlite"
FEED = "mitre/attack"
SCHEMA = "1"
TABLES = """
create table meta (key text primary key, value text not null) without rowid;
create table object (id text primary key, body blob not null) without rowid;
create table name (name text not null, id text not null, primary key (name, id)) without rowid;
"""

_encode = msgspec.msgpack.encode
_objects = msgspec.msgpack.Decoder(AttackObject)


def build(directory: Path, objects: Iterable[AttackObject], *, source: str, now: datetime) -> int:
    """Write the file anew, and say how many objects it holds. Raises `IntelError`; the old one is kept then."""
    path = directory / FILE
    with writing(path), replacing(path) as new:
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.executescript("pragma journal_mode=off; pragma synchronous=off; begin;" + TABLES)
            count = 0
            for one in objects:
                connection.execute("insert or replace into object values (?, ?)", (one.id, _encode(one)))
                names = {name.casefold() for name in (one.id, one.name, *one.aliases)}
                connection.executemany("insert or ignore into name values (?, ?)", [(name, one.id) for name in names])
                count += 1
            fetched = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            meta = {"schema": SCHEMA, "source": source, "fetched": fetched, "records": str(count)}
            connection.executemany("insert into meta values (?, ?)", meta.items())
            connection.execute("commit")
        finally:
            connection.close()
    return count


class AttackStore:
    """Read-only view; without a file, or with one that is damaged, it knows nothing and says so in `state`."""

    def __init__(self, directory: Path, *, now: datetime) -> None:
        self._connection: sqlite3.Connection | None = None
        self.state = _state(status="missing")
        path = directory / FILE
        if not path.is_file():
            return
        try:
            self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            meta = dict(self._connection.execute("select key, value from meta"))
            if meta["schema"] != SCHEMA:
                raise ValueError("another version of the file")
            hours = (now - datetime.fromisoformat(meta["fetched"])).total_seconds() / 3600
            # ATT&CK appears twice a year: age makes it incomplete, never wrong.
            self.state = _state(
                status="fresh", records=int(meta["records"]), fetched=meta["fetched"], age_hours=round(hours, 2)
            )
        except (sqlite3.Error, KeyError, ValueError, TypeError):
            self._broken()

    def __enter__(self) -> AttackStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def by_id(self, ids: Collection[str]) -> dict[str, AttackObject]:
        """The objects of these ids; ids that are not there are absent."""
        return {one.id: one for one in self._rows("select body from object where id in", ids)}

    def named(self, names: Collection[str]) -> tuple[AttackObject, ...]:
        """Objects that go by one of these names or ids, in any case."""
        return self._rows(
            "select distinct o.body from name n join object o on o.id = n.id where n.name in",
            [name.casefold() for name in names],
        )

    def containing(self, term: str, *, limit: int) -> tuple[AttackObject, ...]:
        """Objects of which some name holds the term."""
        query = (
            "select body from object where id in (select id from name where instr(name, ?)) order by id limit ?",
            (term.casefold(), limit),
        )
        return self._read(*query)

    def _rows(self, query: str, values: Collection[str]) -> tuple[AttackObject, ...]:
        return self._read(f"{query} ({','.join('?' * len(values))})", tuple(values)) if values else ()

    def _read(self, query: str, values: tuple[object, ...]) -> tuple[AttackObject, ...]:
        if self._connection is None:
            return ()
        try:
            return tuple(_objects.decode(body) for (body,) in self._connection.execute(query, values))
        except (sqlite3.Error, msgspec.MsgspecError):
            self._broken()
            return ()

    def _broken(self) -> None:
        self.close()
        self.state = _state(status="broken")


def _state(*, status: str, records: int = 0, fetched: str | None = None, age_hours: float | None = None) -> FeedState:
    return FeedState(name=FEED, records=records, newest=None, fetched=fetched, age_hours=age_hours, status=status)
