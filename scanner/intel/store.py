"""Reading of the intelligence database: which records name these packages, and what do they say in full.

A directory holds one SQLite file a feed, `<source>/<ecosystem>.sqlite`; names are normalised when they are stored, so
no function stands between a query and its index. Files are replaced whole, never changed, hence opened as immutable:
no lock is taken, and a file that is replaced meanwhile stays readable to who has it open.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import msgspec

from scanner.intel import schema
from scanner.model.advisory import Advisory, Affected
from scanner.model.ecosystem import Identity
from scanner.model.report import FeedState

DEFAULT_MAX_AGE = 7.0
"""Days after which a feed is called stale."""

_BATCH = 1000
_DAMAGE = (sqlite3.Error, msgspec.MsgspecError, zlib.error, IndexError, TypeError)


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A record that names the package. Whether it means the version is the matcher's question."""

    feed: str
    """ "osv/npm" """
    affected: Affected


class _Feed:
    """One open file. Damage found later turns its state to broken; the other feeds go on."""

    def __init__(self, name: str, path: Path, now: datetime, max_age: float) -> None:
        self.state = FeedState(name=name, records=0, newest=None, fetched=None, age_hours=None, status="broken")
        self._connection: sqlite3.Connection | None = None
        self.families: frozenset[str] = frozenset()
        try:
            self._connection = _connect(path)
            meta = read_meta(self._connection)
            self._dictionary = bytes(meta["dictionary"])
            self.families = frozenset(msgspec.json.decode(meta["families"], type=list[str]))
            self.state = _state(name, meta, now, max_age)
        except (*_DAMAGE, OSError, KeyError, ValueError):
            self.close()

    def rows(self, family: str, names: Sequence[str], *, malicious: bool) -> list[Affected]:
        """What is said on these packages; `malicious`: of attacks only."""
        if self._connection is None or family not in self.families:
            return []
        marks = ",".join("?" * len(names))
        query = f"SELECT name, id, malicious, spec FROM affected WHERE family = ? AND name IN ({marks})"  # noqa: S608  # only marks are put in
        if malicious:
            query += " AND malicious = 1"
        try:
            return [schema.unpack_spec(family, *row) for row in self._connection.execute(query, (family, *names))]
        except _DAMAGE:
            self._broken()
            return []

    def by_id(self, ids: Sequence[str]) -> dict[str, Advisory]:
        """Records of these ids."""
        if self._connection is None:
            return {}
        query = f"SELECT id, text, malicious + promoted FROM advisory WHERE id IN ({','.join('?' * len(ids))})"  # noqa: S608  # only marks are put in
        try:
            return {
                id_: schema.unpack_text(text, self._dictionary, malicious)
                for id_, text, malicious in self._connection.execute(query, tuple(ids))
            }
        except _DAMAGE:
            self._broken()
            return {}

    def advisories(self, ids: Collection[str]) -> list[Advisory]:
        """Records of these ids, or with these aliases; ids first."""
        if self._connection is None:
            return []
        marks = ",".join("?" * len(ids))
        query = (
            "SELECT text, malicious + promoted FROM advisory WHERE id IN"  # noqa: S608  # only marks are put in
            f" (SELECT id FROM alias WHERE alias IN ({marks}) UNION VALUES {','.join(['(?)'] * len(ids))})"
        )
        try:
            found = [
                schema.unpack_text(text, self._dictionary, malicious)
                for text, malicious in self._connection.execute(query, (*ids, *ids))
            ]
        except _DAMAGE:
            self._broken()
            return []
        return sorted(found, key=lambda advisory: (advisory.id not in ids, advisory.id))

    def advisory(self, id_: str) -> Advisory | None:
        return next((advisory for advisory in self.advisories((id_,)) if advisory.id == id_), None)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _broken(self) -> None:
        self.state = msgspec.structs.replace(self.state, status="broken")
        self.close()


class Store:
    """All feeds of a directory, open for reading."""

    def __init__(self, feeds: Sequence[_Feed]) -> None:
        self._feeds = tuple(feeds)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for feed in self._feeds:
            feed.close()

    def affected(self, identities: Collection[Identity], *, malicious: bool = False) -> dict[Identity, tuple[Hit, ...]]:
        """What the feeds say on these packages; one that none names has no entry. Withdrawn records say nothing.

        `malicious`: only what says that somebody put the harm there.
        """
        asked: defaultdict[str, dict[str, Identity]] = defaultdict(dict)
        """Ecosystem → name → identity."""
        for identity in identities:
            asked[identity.ecosystem][identity.name] = identity
        families: dict[str, list[str]] = {}
        for ecosystem in asked:
            families.setdefault(ecosystem.partition(":")[0], []).append(ecosystem)
        found: dict[Identity, list[Hit]] = {}
        for family, releases in families.items():
            names = sorted(set[str]().union(*(asked[release] for release in releases)))
            for feed in self._feeds:
                for begin in range(0, len(names), _BATCH):
                    for affected in feed.rows(family, names[begin : begin + _BATCH], malicious=malicious):
                        theirs = affected.identity
                        for release in releases:
                            ours = asked[release].get(theirs.name)
                            if ours is not None and same_release(release, theirs.ecosystem):
                                found.setdefault(ours, []).append(Hit(feed.state.name, affected))
        return {identity: _distinct(hits) for identity, hits in found.items()}

    def advisory(self, feed: str, id: str) -> Advisory | None:  # noqa: A002  # the word of the field
        """The whole record, or `None` where the feed has none of that id."""
        return next((one.advisory(id) for one in self._feeds if one.state.name == feed), None)

    def load(self, feed: str, ids: Collection[str]) -> dict[str, Advisory]:
        """Whole records by id, in batches; ids that the feed does not have are absent."""
        found: dict[str, Advisory] = {}
        for one in self._feeds:
            if one.state.name == feed:
                wanted = sorted(ids)
                for begin in range(0, len(wanted), _BATCH):
                    found |= one.by_id(wanted[begin : begin + _BATCH])
        return found

    def find(self, id_or_alias: str) -> tuple[tuple[str, Advisory], ...]:
        """Every record of that id or alias as (feed, record), withdrawn ones too. Case does not matter."""
        text = id_or_alias.strip()
        upper = text.upper()
        spellings = {text, upper}
        if upper.startswith("GHSA-"):
            spellings.add("GHSA" + text[4:].lower())
        return tuple((feed.state.name, advisory) for feed in self._feeds for advisory in feed.advisories(spellings))

    def feeds(self) -> tuple[FeedState, ...]:
        """State of each feed, by name. A damage that a query met shows here."""
        return tuple(feed.state for feed in self._feeds)


def open_store(
    directory: Path, *, now: datetime, max_age: float = DEFAULT_MAX_AGE, beside: Path | None = None
) -> Store:
    """Open every feed's file under `directory`: a missing one gives an empty store, a broken file a broken feed.

    `beside` is a further directory, of feeds that only one scan has.
    """
    places = (directory,) if beside is None else (directory, beside)
    files = sorted(path for place in places for path in place.glob("*/*.sqlite") if not path.name.startswith("."))
    return Store([_Feed(f"{path.parent.name}/{path.stem}", path, now, max_age) for path in files])


def default_directory(environ: Mapping[str, str]) -> Path:
    """Where the database lives: PRATIQUE_INTEL_DIR, or the user's data directory."""
    if chosen := environ.get("PRATIQUE_INTEL_DIR"):
        return Path(chosen)
    data = environ.get("XDG_DATA_HOME", "")
    # The specification says that a relative path there is to be ignored.
    base = Path(data) if data.startswith("/") else Path(environ.get("HOME") or "~").expanduser() / ".local" / "share"
    return base / "pratique" / "intel"


def read_meta(connection: sqlite3.Connection) -> dict[str, bytes]:
    """What a file says about itself. Raises `ValueError` where it is of another version, or cut off."""
    meta = {key: bytes(value) for key, value in connection.execute("SELECT key, value FROM meta")}
    if meta.get("schema") != schema.VERSION.encode():
        raise ValueError("another version of the database")
    return meta


def same_release(ours: str, theirs: str) -> bool:
    """Whether two ecosystems of one family may mean each other: equal, or one of them says less.

    `Debian` means every release, and `Ubuntu:22.04` means `Ubuntu:22.04:LTS`.
    """
    return ours == theirs or theirs.startswith(ours + ":") or ours.startswith(theirs + ":")


def _connect(path: Path) -> sqlite3.Connection:
    size = path.stat().st_size
    with path.open("rb") as file:
        header = file.read(32)
    # SQLite notices a file that was cut off only when it meets the hole.
    page = int.from_bytes(header[16:18], "big") or 65536
    if len(header) < 32 or int.from_bytes(header[28:32], "big") * (65536 if page == 1 else page) != size:
        raise ValueError("cut off")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA query_only = 1")
    return connection


def _state(name: str, meta: Mapping[str, bytes], now: datetime, max_age: float) -> FeedState:
    fetched = datetime.fromisoformat(meta["fetched"].decode())
    if fetched.tzinfo is None:
        fetched = fetched.replace(tzinfo=UTC)
    hours = (now - fetched).total_seconds() / 3600
    # A clock that ran ahead when the feed was fetched must not keep it fresh for ever.
    status = "fresh" if -24 < hours <= max_age * 24 else "stale"
    return FeedState(
        name=name,
        records=int(meta["records"]),
        newest=meta["newest"].decode() or None,
        fetched=meta["fetched"].decode(),
        age_hours=round(hours, 2),
        status=status,
    )


def _distinct(hits: list[Hit]) -> tuple[Hit, ...]:
    """A record may lie in two feeds; said twice with the same words, it is one claim."""
    if len(hits) == 1:
        return (hits[0],)
    first: dict[Affected, Hit] = {}
    for hit in hits:
        first.setdefault(hit.affected, hit)
    return tuple(first.values())
