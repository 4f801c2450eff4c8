"""Writing of a feed's file: whole, or changed on a copy.

One process: measured, a second one gains nothing. Rows are sorted before they are inserted, in one transaction without
journal, because a half-written temporary file is thrown away anyhow. Callers hold `publish.writing`.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

import msgspec

from scanner.errors import IntelError
from scanner.intel import losses, schema
from scanner.intel.losses import Losses
from scanner.intel.publish import replacing
from scanner.intel.store import read_meta
from scanner.model.advisory import Advisory, AdvisoryKind
from scanner.model.component import Problem

_CHUNK = 2_000
_SAMPLE = 1_000
_DICTIONARY = 4_096
"""Bytes of common text: a bigger dictionary packs little better and costs more for every row."""
_LEAST_SHARE = 0.5
"""A feed that lost more than this at once is rather broken than corrected."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Where a feed's content comes from, as its file records it."""

    family: str
    """The ecosystem whose packages this feed is asked about; a record's others are their own feeds' business."""
    source: str
    fetched: datetime
    """When it was last known to say what upstream says."""
    state: Mapping[str, str] = {}
    """The synchroniser's own notes: validators, checksums."""


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """What a write led to."""

    records: int
    newest: str | None
    problems: tuple[Problem, ...] = ()
    lost: Losses = Losses()
    """What the old state said, and this one does not."""


def build(
    path: Path,
    advisories: Iterable[Advisory],
    facts: Facts,
    *,
    listed: Mapping[str, str] | None = None,
    sample: Iterable[Advisory] = (),
) -> Built:
    """Write a feed's file anew. The caller holds `writing(path)`.

    `listed` is upstream's list of ids with modification times, `sample` are typical records, from which common text is
    learnt (else the first ones serve). Raises `IntelError`, and leaves the old file, when that cannot be written or
    would hold less than half of what the old one holds.
    """
    with replacing(path) as new:
        connection = _open(new)
        try:
            connection.execute("PRAGMA page_size = 8192")
            connection.executescript(schema.TABLES)
            connection.execute("BEGIN")
            problems = _insert_all(connection, advisories, facts, listed or {}, sample)
            connection.execute("COMMIT")
            connection.execute(schema.INDEX)
            connection.execute("BEGIN")
            built = _finish(connection, facts, problems)
            connection.execute("COMMIT")
        finally:
            connection.close()
        built = msgspec.structs.replace(built, lost=losses.between(path, new))
        before = stored_records(path)
        if built.records < before * _LEAST_SHARE:
            raise IntelError(
                f"the new data hold {built.records} records, the database {before}: it is kept",
                where=path,
                hint="a further source needs a name of its own (--name); if the loss is right, delete the file",
            )
    return built


def amend(path: Path, changed: Iterable[Advisory], facts: Facts, *, listed: Mapping[str, str]) -> Built:
    """Apply changed records to a copy of the file, and replace it. The caller holds `writing(path)`.

    `listed` gives the modification time by which upstream lists each of them.
    """
    with replacing(path) as new:
        shutil.copyfile(path, new)
        connection = _open(new)
        try:
            connection.execute("BEGIN")
            dictionary = read_meta(connection)["dictionary"]
            problems: list[Problem] = []
            for advisory in changed:
                problems += _replace(connection, advisory, facts, dictionary, listed)
                connection.execute("DELETE FROM unread WHERE id = ?", (advisory.id,))
            built = _finish(connection, facts, problems)
            connection.execute("COMMIT")
        except (KeyError, ValueError, msgspec.MsgspecError) as error:
            raise IntelError(f"the database is damaged: {error}", where=path) from error
        finally:
            connection.close()
        return msgspec.structs.replace(built, lost=losses.between(path, new))


def confirm(path: Path, facts: Facts) -> None:
    """Note that the file still says what upstream says. The caller holds `writing(path)`."""
    with replacing(path) as new:
        shutil.copyfile(path, new)
        connection = _open(new)
        try:
            connection.execute("BEGIN")
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", _encoded(_moving(facts)))
            connection.execute("COMMIT")
        finally:
            connection.close()


def stored(path: Path) -> tuple[Mapping[str, str], Mapping[str, str]] | None:
    """What the file holds: its notes (`meta` as text), and each id with the time by which upstream lists it.

    `None` where there is no file, or none that could be amended. Ids that are listed and cannot be read are there too.
    """
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        return None
    try:
        meta = read_meta(connection)
        ids = dict(connection.execute("SELECT id, listed FROM advisory UNION ALL SELECT id, listed FROM unread"))
    except (sqlite3.Error, ValueError):
        return None
    finally:
        connection.close()
    return {key: value.decode("utf-8", "replace") for key, value in meta.items() if key != "dictionary"}, ids


def stored_records(path: Path) -> int:
    """Records in the file; 0 where none can be read."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        return 0
    try:
        return int(read_meta(connection)["records"])
    except (sqlite3.Error, KeyError, ValueError):
        return 0
    finally:
        connection.close()


_ADVISORY = "INSERT INTO advisory VALUES (NULL, ?, ?, ?, ?, 0, ?)"
_AFFECTED = "INSERT INTO affected VALUES (?, ?, ?, ?, ?, ?)"
_ALIAS = "INSERT OR IGNORE INTO alias VALUES (?, ?)"

_AdvisoryRow = tuple[str, str, int, int, bytes]
_AffectedRow = tuple[str, str, str, int, int, bytes]


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


def _insert_all(
    connection: sqlite3.Connection,
    advisories: Iterable[Advisory],
    facts: Facts,
    listed: Mapping[str, str],
    sample: Iterable[Advisory],
) -> list[Problem]:
    remaining = iter(advisories)
    first = list(islice(remaining, _SAMPLE))
    dictionary = _dictionary(list(islice(sample, _SAMPLE)) or first)
    connection.execute("INSERT INTO meta VALUES ('dictionary', ?)", (dictionary,))
    problems: list[Problem] = []
    seen: set[str] = set()
    later: list[Advisory] = []
    texts: list[_AdvisoryRow] = []
    affected: list[_AffectedRow] = []
    aliases: list[tuple[str, str]] = []
    for advisory in chain(first, remaining):
        if advisory.id in seen:
            problems.append(Problem(where=advisory.id, what="given twice: the newer one counts"))
            later.append(advisory)
            continue
        seen.add(advisory.id)
        row, rows, names, complaints = _rows(advisory, facts, dictionary, listed)
        texts.append(row)
        affected += rows
        aliases += names
        problems += complaints
        if len(texts) >= _CHUNK:
            connection.executemany(_ADVISORY, texts)
            texts.clear()
    connection.executemany(_ADVISORY, texts)
    affected.sort()
    connection.executemany(_AFFECTED, affected)
    connection.executemany(_ALIAS, sorted(aliases))
    unread = sorted((id_, time_) for id_, time_ in listed.items() if id_ not in seen)
    connection.executemany("INSERT INTO unread VALUES (?, ?)", unread)
    if later:
        connection.execute(schema.INDEX)
    for advisory in later:
        _replace(connection, advisory, facts, dictionary, listed, only_newer=True)
    return problems


def _replace(
    connection: sqlite3.Connection,
    advisory: Advisory,
    facts: Facts,
    dictionary: bytes,
    listed: Mapping[str, str],
    *,
    only_newer: bool = False,
) -> list[Problem]:
    """Put a record in the place of the one with its id, if there is one."""
    stored = connection.execute("SELECT text FROM advisory WHERE id = ?", (advisory.id,)).fetchone()
    if stored is not None:
        old = schema.unpack_text(stored[0], dictionary, 0)
        if only_newer and advisory.modified <= old.modified:
            return []
        keys = {(affected.identity.family, affected.identity.name, old.id) for affected in old.affected}
        connection.executemany("DELETE FROM affected WHERE family = ? AND name = ? AND id = ?", keys)
        connection.executemany(
            "DELETE FROM alias WHERE alias = ? AND id = ?", ((alias, old.id) for alias in old.aliases)
        )
        connection.execute("DELETE FROM advisory WHERE id = ?", (old.id,))
    row, rows, aliases, problems = _rows(advisory, facts, dictionary, listed)
    connection.execute(_ADVISORY, row)
    connection.executemany(_AFFECTED, rows)
    connection.executemany(_ALIAS, aliases)
    return problems


def _rows(
    advisory: Advisory, facts: Facts, dictionary: bytes, listed: Mapping[str, str]
) -> tuple[_AdvisoryRow, list[_AffectedRow], list[tuple[str, str]], list[Problem]]:
    malicious = int(advisory.kind is AdvisoryKind.MALICIOUS)
    withdrawn = int(advisory.withdrawn is not None)
    ours = [affected for affected in advisory.affected if affected.identity.family in (facts.family, "GIT")]
    problems = []
    if not ours and not withdrawn:
        problems.append(Problem(where=advisory.id, what=f"names no package of {facts.family}", harmless=True))
    rows = [
        (
            # The one string for all rows, not one for each: they wait in memory for being sorted.
            facts.family if affected.identity.family == facts.family else "GIT",
            affected.identity.name,
            advisory.id,
            part,
            malicious,
            schema.pack_spec(affected),
        )
        for part, affected in enumerate(() if withdrawn else ours)
    ]
    aliases = [(alias, advisory.id) for alias in advisory.aliases]
    text = schema.pack_text(advisory, dictionary)
    # Without a list of upstream's, the record's own time is what a later list will say.
    time_ = listed.get(advisory.id, "") if listed else advisory.modified
    return (advisory.id, time_, withdrawn, malicious, text), rows, aliases, problems


def _finish(connection: sqlite3.Connection, facts: Facts, problems: list[Problem]) -> Built:
    _promote(connection)
    records = connection.execute("SELECT count(*) FROM advisory").fetchone()[0]
    newest = _newest(connection, facts.fetched)
    families = [row[0] for row in connection.execute("SELECT DISTINCT family FROM affected")]
    meta = {
        **_moving(facts),
        "schema": schema.VERSION,
        "family": facts.family,
        "families": msgspec.json.encode(families).decode(),
        "records": str(records),
        "newest": newest or "",
    }
    connection.execute("DELETE FROM meta WHERE key != 'dictionary'")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", _encoded(meta))
    return Built(records=records, newest=newest, problems=tuple(problems))


def _moving(facts: Facts) -> dict[str, str]:
    """The notes that change even where the records do not."""
    fetched = facts.fetched.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {**facts.state, "source": facts.source, "fetched": fetched}


def _encoded(meta: Mapping[str, str]) -> list[tuple[str, bytes]]:
    return [(key, value.encode("utf-8", "replace")) for key, value in meta.items()]


def _promote(connection: sqlite3.Connection) -> None:
    """A record that a malicious one calls another name of itself reports the same malice (PYSEC-2026-2, litellm).

    Worked out anew at each write, so that it ends when the accuser is withdrawn.
    """
    now = {
        row[0]
        for row in connection.execute(
            "SELECT named.id FROM advisory AS accuser JOIN alias ON alias.id = accuser.id"
            " JOIN advisory AS named ON named.id = alias.alias"
            " WHERE accuser.malicious AND NOT accuser.withdrawn AND NOT named.malicious"
        )
    }
    before = {row[0] for row in connection.execute("SELECT id FROM advisory WHERE promoted")}
    changes = [(1, id_) for id_ in sorted(now - before)] + [(0, id_) for id_ in sorted(before - now)]
    connection.executemany("UPDATE advisory SET promoted = ? WHERE id = ?", changes)
    if changes:
        connection.execute(
            "UPDATE affected SET malicious = (SELECT malicious + promoted FROM advisory WHERE id = affected.id)"
            " WHERE id IN (SELECT id FROM advisory WHERE NOT malicious)"
        )


def _newest(connection: sqlite3.Connection, now: datetime) -> str | None:
    """The newest listed time that is not in the future: real feeds hold dates of next year."""
    limit = now.astimezone(UTC).isoformat(timespec="seconds")[:19] + "~"
    row = connection.execute("SELECT max(listed) FROM advisory WHERE listed < ? AND listed != ''", (limit,)).fetchone()
    return row[0] if row and row[0] else None


def _dictionary(sample: list[Advisory]) -> bytes:
    """Text that many records share: their commonest lines, and whole records for the structure.

    What stands at the end is cheapest to refer to, so the commonest comes last.
    """
    lines = Counter(line for advisory in sample for line in set(advisory.details.split("\n")) if 12 <= len(line) <= 800)
    worth = sorted((count * len(line), line) for line, count in lines.items() if count > 1)
    chosen: list[bytes] = []
    room = _DICTIONARY
    for advisory in sorted(sample, key=lambda one: len(one.details))[:: max(1, len(sample) // 2)][:3]:
        whole = schema.encode_text(msgspec.structs.replace(advisory, details=""))[:600]
        chosen.append(whole)
        room -= len(whole)
    for _, line in reversed(worth):
        data = line.encode("utf-8", "surrogatepass")
        if len(data) <= room:
            chosen.append(data)
            room -= len(data)
    return b"\n".join(reversed(chosen))
