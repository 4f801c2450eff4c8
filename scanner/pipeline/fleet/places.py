"""Where the fleet's store and the copies of its repositories lie."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scanner.fleet.store import Store, open_store
from scanner.intel.store import default_directory
from scanner.pipeline import cache_folder


def store_address(given: str | None, environ: Mapping[str, str]) -> str:
    """`--store`, `PRATIQUE_FLEET`, or a file beside the intelligence in the user's data folder."""
    plain = {name: value for name, value in environ.items() if name != "PRATIQUE_INTEL_DIR"}
    return given or environ.get("PRATIQUE_FLEET") or str(default_directory(plain).parent / "fleet.sqlite")


def opened(given: str | None, environ: Mapping[str, str]) -> Store:
    """The store, made where there is none."""
    address = store_address(given, environ)
    if many(address):
        _needs_psycopg()
    return open_store(address)


def many(address: str) -> bool:
    """Whether it is a database that many machines can reach."""
    return address.startswith(("postgresql://", "postgres://"))


def copies(environ: Mapping[str, str]) -> Path:
    """The folder of the shallow copies of repositories."""
    return cache_folder.default(environ) / "fleet"


def _needs_psycopg() -> None:
    from importlib.util import find_spec

    from scanner.errors import UsageError

    if find_spec("psycopg") is None:
        raise UsageError("PostgreSQL needs psycopg", where="--store", hint="pip install 'pratique[fleet]'")
