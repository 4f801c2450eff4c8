"""The shape of the tables, step by step: `schema/0001.sql` first, each further file on top of it.

A step that was published is never changed: what is to be different is a further step. All steps that a store lacks
are one transaction, so that a store is never between two shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from scanner.fleet.store.database import Database
from scanner.fleet.store.errors import StoreError

STEPS = tuple(f"{number:04d}.sql" for number in range(1, 12))


def statements(name: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """The statements of one file of `schema/`, in the words of a database."""
    return split(files(__package__).joinpath("schema", name).read_text("utf-8"), words)


def split(text: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """Our own SQL only: no `;` stands inside of a statement, and every comment has a line for itself."""
    lines = (line.format_map(words) for line in text.splitlines() if not line.startswith("--"))
    ours = (line for line in lines if not line.startswith("--"))  # those of another database became comments
    return tuple(part.strip() for part in "\n".join(ours).split(";") if part.strip())


def migrate(database: Database, steps: Sequence[Sequence[str]] | None = None) -> tuple[int, int]:
    """Bring a store to the shape that this program knows; (version before, version now), 0 for an empty database.

    Raises `StoreError` for a store of a newer program, and for a file of SQLite that is no store at all.
    """
    wanted = [statements(name, database.words) for name in STEPS] if steps is None else steps
    found = _checked(database, len(wanted))
    if found == len(wanted):
        return found, found
    with database.write(alone=True):
        found = _checked(database, len(wanted))  # another process may have been first
        for step in wanted[found:]:
            for statement in step:
                database.run(statement)
        if found == 0:
            database.run("insert into meta (key, value) values ('version', ?)", (str(len(wanted)),))
        else:
            database.run("update meta set value = ? where key = 'version'", (str(len(wanted)),))
    return found, len(wanted)


def _checked(database: Database, most: int) -> int:
    found = _version(database)
    if found > most:
        raise StoreError(
            f"the store was written by a newer pratique (version {found} of its tables; this one knows {most})",
            where=database.where,
            hint="update pratique, or restore the copy from before the update",
        )
    return found


def _version(database: Database) -> int:
    there = database.tables()
    if "meta" not in there:
        if there & {"target", "source", "component"}:
            raise StoreError("that is no store of pratique", where=database.where, hint="name another file or database")
        return 0
    rows = database.rows("select value from meta where key = 'version'")
    if not rows or not str(rows[0][0]).isdigit():
        raise StoreError("that is no store of pratique", where=database.where, hint="name another file or database")
    return int(rows[0][0])
