"""The bare program that a scan is compared with: read the file, decode it, probe an index. No report.

    python -m benchmarks.floor FILE DATABASE [--click]

`--click` imports the command line's library first, which every command of ours has to: no program with a command line
of that kind can be faster. Without it, this is the least that Python can do at all.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

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


def main() -> None:
    file, database, *options = sys.argv[1:]
    if options == ["--click"]:
        import click  # noqa: F401  # its import is what is measured
    document = msgspec.json.decode(Path(file).read_bytes(), type=_Document)
    if isinstance(document.packages, dict) and document.packages:
        names = [path.rpartition("node_modules/")[2] for path in document.packages]
    else:
        names = [entry.name for entry in (document.components or document.packages) if not isinstance(entry, str)]
    connection = sqlite3.connect(f"{Path(database).as_uri()}?mode=ro&immutable=1", uri=True)
    query = "SELECT spec FROM affected WHERE family = 'npm' AND name = ?"
    hits = sum(len(connection.execute(query, (name,)).fetchall()) for name in names)
    print(len(names), hits)


if __name__ == "__main__":
    main()
