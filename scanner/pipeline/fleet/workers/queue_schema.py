"""Where the queue lives: a schema of its own in the store's database, made by whoever starts first.

It holds nothing that the store does not know better. So a queue of an older Procrastinate is not migrated, but dropped
and made anew; one of a newer Procrastinate is left alone, and refused.
"""

from __future__ import annotations

import hashlib

import psycopg
from procrastinate import __version__ as procrastinate_version
from procrastinate.schema import SchemaManager
from psycopg import conninfo, sql

from scanner.fleet.store import StoreError
from scanner.fleet.store.postgres import shown

_KEY = 0x70726175
"""Of the advisory lock that makers share."""
_OURS = """
create table pratique_intelligence (
    name text primary key,
    since timestamptz not null,
    seen timestamptz not null default now()
)"""
"""What workers match with: when a running one changed to it, and when one was last seen to have it."""


def made(address: str) -> str:
    """The address of the queue that belongs to the store at `address`, made where there is none.

    Raises `StoreError` for a queue of a newer Procrastinate, and psycopg's errors where the database is out of reach.
    """
    with psycopg.connect(address, connect_timeout=10) as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (_KEY,))
        name = _name(connection)
        there = connection.execute(
            "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", (name,)
        ).fetchone()
        wanted = _says()
        if there is None or there[0] != wanted:
            if there is not None:
                _refuse_newer(str(there[0] or ""), name, address)
                connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("set local search_path = {}").format(sql.Identifier(name)))
            connection.execute(SchemaManager.get_schema())
            connection.execute(_OURS)
            connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(name), sql.Literal(wanted)))
    before = str(conninfo.conninfo_to_dict(address).get("options") or "")
    return conninfo.make_conninfo(address, options=f"{before} -csearch_path={name}".strip())


def _name(connection: psycopg.Connection[tuple[str, ...]]) -> str:
    """One queue for each store: several stores may share a database, each in a schema."""
    row = connection.execute("select current_schema()").fetchone()
    schema = "public" if row is None or row[0] is None else row[0]
    return "pratique_queue" if schema == "public" else f"{schema[:50]}_queue"


def _says() -> str:
    """What tells one shape of the queue from another."""
    digest = hashlib.sha256((SchemaManager.get_schema() + _OURS).encode()).hexdigest()[:16]
    return f"pratique, procrastinate {procrastinate_version} {digest}"


def _refuse_newer(there: str, name: str, address: str) -> None:
    words = there.split()
    if len(words) != 4 or words[:2] != ["pratique,", "procrastinate"]:
        raise StoreError(f"the schema {name} is not ours", where=shown(address), hint="rename it, or drop it")
    if _order(words[2]) > _order(procrastinate_version):
        raise StoreError(
            f"the queue belongs to a newer Procrastinate ({words[2]}; here is {procrastinate_version})",
            where=shown(address),
            hint="update this worker as the others were",
        )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
