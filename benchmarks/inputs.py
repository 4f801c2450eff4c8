"""Inputs of realistic shape and given size, made from the names that a feed knows: deterministic, no download.

    python -m benchmarks.inputs DATABASE FOLDER [PACKAGES]

Each is as a tool would write it: four names in ten have a scope, forty packages are asked for directly, and every
dependency leads to a package that is there, so that a scan has paths to find. YAML locks hold half as many packages.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import random
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_HOST = "https://npm-registry.example"
_DIRECT = 40


class Package(NamedTuple):
    """One package of the tree."""

    name: str
    version: str
    needs: tuple[int, ...]
    """Places in the list of those that it depends on."""

    @property
    def short(self) -> str:
        return self.name.rpartition("/")[2]

    @property
    def address(self) -> str:
        return f"{_HOST}/{self.name}/-/{self.short}-{self.version}.tgz"

    @property
    def purl(self) -> str:
        return f"pkg:npm/{self.name.replace('@', '%40')}@{self.version}"

    @property
    def sha512(self) -> bytes:
        return hashlib.sha512(self.name.encode()).digest()

    @property
    def integrity(self) -> str:
        return "sha512-" + base64.b64encode(self.sha512).decode()


def records(database: Path) -> int:
    """How many records a feed's file holds."""
    with _opened(database) as connection:
        return int(connection.execute("SELECT count(*) FROM advisory").fetchone()[0])


def names(database: Path, count: int) -> list[str]:
    """`count` npm names, one in fifty of them on record for some version, as in the lockfile of a large project."""
    with _opened(database) as connection:
        known = [
            name
            for (name,) in connection.execute(
                "SELECT DISTINCT name FROM affected WHERE malicious = 0 ORDER BY name LIMIT ?", (count // 50,)
            )
        ]
    return [*known, *(_harmless(number) for number in range(count - len(known)))]


def _opened(database: Path) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True))


def _harmless(number: int) -> str:
    return f"@benign-{number % 199}/package-{number}" if number % 5 < 2 else f"benign-package-{number}"


def tree(known: list[str]) -> list[Package]:
    """A package for each name, in a shuffled but repeatable order; the first `_DIRECT` are asked for directly."""
    order = list(known)
    random.Random(7).shuffle(order)  # repeatable, not secret
    return [
        Package(
            name,
            f"{number % 7}.{number % 13}.{number % 29}",
            tuple(dict.fromkeys((number * k + k) % len(order) for k in (2, 3, 5))),
        )
        for number, name in enumerate(order)
    ]


def package_lock(packages: list[Package]) -> bytes:
    entries: dict[str, object] = {
        "": {
            "name": "bench",
            "version": "1.0.0",
            "dependencies": {package.name: f"^{package.version}" for package in packages[:_DIRECT]},
        }
    }
    for package in packages:
        entries[f"node_modules/{package.name}"] = {
            "version": package.version,
            "resolved": package.address,
            "integrity": package.integrity,
            "license": "MIT",
            "engines": {"node": ">=18"},
            "dependencies": {packages[need].name: f"^{packages[need].version}" for need in package.needs},
        }
    return json.dumps(
        {"name": "bench", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": entries}, indent=2
    ).encode()


def cyclonedx(packages: list[Package]) -> bytes:
    components = [
        {
            "type": "library",
            "bom-ref": package.purl,
            "name": package.short,
            "group": package.name.rpartition("/")[0],
            "version": package.version,
            "scope": "required",
            "hashes": [{"alg": "SHA-512", "content": package.sha512.hex()},
                       {"alg": "SHA-1", "content": hashlib.sha1(package.name.encode()).hexdigest()}],
            "licenses": [{"license": {"id": "MIT"}}],
            "purl": package.purl,
            "externalReferences": [
                {"type": "website", "url": f"https://github.com/bench-{number % 977}/{package.short}#readme"},
                {"type": "vcs", "url": f"git+https://github.com/bench-{number % 977}/{package.short}.git"},
                {"type": "distribution", "url": package.address},
            ],
            "properties": [{"name": "cdx:npm:package:path", "value": f"node_modules/{package.name}"}],
        }
        for number, package in enumerate(packages)
    ]  # fmt: skip
    root = "pkg:npm/bench@1.0.0"
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {
            "timestamp": "2026-11-29T00:00:00Z",
            "component": {"type": "application", "bom-ref": root, "name": "bench", "version": "1.0.0", "purl": root},
        },
        "components": components,
        "dependencies": [
            {"ref": root, "dependsOn": [package.purl for package in packages[:_DIRECT]]},
            *({"ref": package.purl, "dependsOn": [packages[need].purl for need in package.needs]}
              for package in packages),
        ],
    }  # fmt: skip
    return json.dumps(body, indent=1).encode()


def spdx(packages: list[Package]) -> bytes:
    def depends(begin: str, end: int, kind: str = "DEPENDS_ON") -> dict[str, str]:
        return {"spdxElementId": begin, "relationshipType": kind, "relatedSpdxElement": f"SPDXRef-{end}"}

    entries = [
        {
            "SPDXID": f"SPDXRef-{number}",
            "name": package.name,
            "versionInfo": package.version,
            "downloadLocation": package.address,
            "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "MIT",
            "copyrightText": "NOASSERTION",
            "supplier": "Organization: bench",
            "checksums": [{"algorithm": "SHA512", "checksumValue": package.sha512.hex()}],
            "externalRefs": [
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": package.purl}
            ],
        }
        for number, package in enumerate(packages)
    ]
    root = {
        "SPDXID": "SPDXRef-bench",
        "name": "bench",
        "versionInfo": "1.0.0",
        "downloadLocation": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }
    relationships = [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-bench"},
        *(depends("SPDXRef-bench", number) for number in range(min(_DIRECT, len(packages)))),
        *(depends(f"SPDXRef-{number}", need) for number, package in enumerate(packages) for need in package.needs),
    ]
    body = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "bench",
            "documentNamespace": "https://bench.example/1", "creationInfo": {"created": "2026-11-29T00:00:00Z",
            "creators": ["Tool: bench"]}, "packages": [root, *entries], "relationships": relationships}  # fmt: skip
    return json.dumps(body, indent=1).encode()


def pnpm_lock(packages: list[Package]) -> bytes:
    lines = ["lockfileVersion: '9.0'", "", "importers:", "", "  .:", "    dependencies:"]
    for package in packages[:_DIRECT]:
        lines += [f"      {_yaml(package.name)}:", f"        specifier: ^{package.version}",
                  f"        version: {package.version}"]  # fmt: skip
    lines += ["", "packages:", ""]
    snapshots = ["snapshots:", ""]
    for package in packages:
        key = _yaml(f"{package.name}@{package.version}")
        lines += [f"  {key}:", f"    resolution: {{integrity: {package.integrity}}}", "    engines: {node: '>=18'}", ""]
        snapshots += [f"  {key}:", "    dependencies:"]
        needs = sorted((packages[need] for need in package.needs), key=lambda need: need.name)
        snapshots += [f"      {_yaml(need.name)}: {need.version}" for need in needs] + [""]
    return "\n".join(lines + snapshots).encode()


def yarn_lock(packages: list[Package]) -> bytes:
    lines = ["# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.", "# yarn lockfile v1", ""]
    for package in packages:
        sha1 = hashlib.sha1(package.name.encode()).hexdigest()
        header = f"{package.name}@^{package.version}"
        lines += [f'"{header}":' if header.startswith("@") else f"{header}:", f'  version "{package.version}"',
                  f'  resolved "{package.address}#{sha1}"',
                  f"  integrity {package.integrity}", "  dependencies:"]  # fmt: skip
        lines += [f'    "{packages[need].name}" "^{packages[need].version}"' for need in package.needs] + [""]
    return "\n".join(lines).encode()


def _yaml(name: str) -> str:
    return f"'{name}'" if name.startswith("@") else name


class Input(NamedTuple):
    """One file, and how it is made."""

    title: str
    file: str
    share: int
    """It holds one of so many of the packages."""
    make: Callable[[list[Package]], bytes]
    bare: bool
    """Whether the bare program can read it."""


INPUTS = (
    Input("package-lock.json", "package-lock.json", 1, package_lock, True),
    Input("CycloneDX 1.6 JSON", "bom.json", 1, cyclonedx, True),
    Input("SPDX 2.3 JSON", "spdx.json", 1, spdx, True),
    Input("pnpm-lock.yaml", "pnpm-lock.yaml", 2, pnpm_lock, False),
    Input("yarn.lock", "yarn.lock", 2, yarn_lock, False),
)


def main() -> None:
    database, folder = Path(sys.argv[1]), Path(sys.argv[2])
    known = names(database, int(sys.argv[3]) if len(sys.argv) > 3 else 10_000)
    for item in INPUTS:
        (folder / item.file).write_bytes(item.make(tree(known[:: item.share])))


if __name__ == "__main__":
    main()
