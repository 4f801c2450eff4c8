"""The bare program that a scan is compared with: read the file, decode it, probe an index. No report.

    python -m benchmarks.floor FILE DATABASE [--click] [--whole]

`--click` imports the command line's library first, which every command of ours has to: no program with a command line
of that kind can be faster. `--whole` decodes the whole document; without it the decoder skips all but the names, which
is the least that Python can do at all, and of no use to who must judge digests, addresses and paths.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import msgspec


class _LockEntry(msgspec.Struct):
    version: str = ""


class _Component(msgspec.Struct):
    name: str = ""
    purl: str = ""


class _SpdxRef(msgspec.Struct):
    referenceLocator: str = ""  # noqa: N815  # the format's own key


class _SpdxPackage(msgspec.Struct):
    name: str = ""
    externalRefs: list[_SpdxRef] = []  # noqa: N815  # the format's own key


class _Document(msgspec.Struct):
    packages: dict[str, _LockEntry] | list[_SpdxPackage] = {}
    components: list[_Component] = []


def _names(data: bytes) -> list[str]:
    document = msgspec.json.decode(data, type=_Document)
    if isinstance(document.packages, dict) and document.packages:
        return [path.rpartition("node_modules/")[2] for path in document.packages]
    return [entry.name for entry in (document.components or document.packages) if not isinstance(entry, str)]


def _names_of_whole(document: Any) -> list[str]:
    packages = document.get("packages")
    if isinstance(packages, dict):
        return [path.rpartition("node_modules/")[2] for path in packages]
    return [entry["name"] for entry in document.get("components") or packages]


def main() -> None:
    file, database, *options = sys.argv[1:]
    if "--click" in options:
        import click  # noqa: F401  # its import is what is measured
    data = Path(file).read_bytes()
    names = _names_of_whole(msgspec.json.decode(data)) if "--whole" in options else _names(data)
    connection = sqlite3.connect(f"{Path(database).as_uri()}?mode=ro&immutable=1", uri=True)
    query = "SELECT spec FROM affected WHERE family = 'npm' AND name = ?"
    hits = sum(len(connection.execute(query, (name,)).fetchall()) for name in names)
    print(len(names), hits)


if __name__ == "__main__":
    main()
