"""Inputs of realistic shape and given size, made from the names that a feed knows: deterministic, no download."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import sqlite3
from pathlib import Path


def names(database: Path, count: int) -> list[str]:
    """`count` npm names, one in fifty of them on record for some version, as in the lockfile of a large project."""
    with sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True) as connection:
        known = [
            name
            for (name,) in connection.execute(
                "SELECT DISTINCT name FROM affected WHERE malicious = 0 ORDER BY name LIMIT ?", (count // 50,)
            )
        ]
    return [*known, *(f"benign-package-{number}" for number in range(count - len(known)))]


def _integrity(text: str) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()


def _packages(known: list[str]) -> list[tuple[str, str, list[str]]]:
    """(name, version, names that it depends on), in a shuffled but repeatable order."""
    order = list(known)
    random.Random(7).shuffle(order)  # repeatable, not secret
    return [
        (name, f"{number % 7}.{number % 13}.{number % 29}", [order[(number * k + k) % len(order)] for k in (2, 3, 5)])
        for number, name in enumerate(order)
    ]


def package_lock(known: list[str]) -> bytes:
    packages: dict[str, object] = {"": {"name": "bench", "version": "1.0.0", "dependencies": {known[0]: "*"}}}
    for name, version, needs in _packages(known):
        packages[f"node_modules/{name}"] = {
            "version": version,
            "resolved": f"https://npm-registry.example/{name}/-/{name.rpartition('/')[2]}-{version}.tgz",
            "integrity": _integrity(name),
            "license": "MIT",
            "engines": {"node": ">=18"},
            "dependencies": dict.fromkeys(needs, "^1.0.0"),
        }
    return json.dumps(
        {"name": "bench", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}, indent=2
    ).encode()


def cyclonedx(known: list[str]) -> bytes:
    components, dependencies = [], []
    for name, version, needs in _packages(known):
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        components.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name.rpartition("/")[2],
                "version": version,
                "scope": "required",
                "hashes": [{"alg": "SHA-512", "content": hashlib.sha512(name.encode()).hexdigest()},
                           {"alg": "SHA-1", "content": hashlib.sha1(name.encode()).hexdigest()}],
                "licenses": [{"license": {"id": "MIT"}}],
                "purl": purl,
                "externalReferences": [
                    {"type": "website", "url": f"https://github.com/bench/{name}#readme"},
                    {"type": "vcs", "url": f"https://github.com/bench/{name.rpartition('/')[2]}"},
                    {"type": "distribution", "url": f"https://npm-registry.example/{name}/-/{version}.tgz"},
                ],
                "properties": [{"name": "cdx:npm:package:path", "value": f"node_modules/{name}"}],
            }
        )  # fmt: skip
        dependencies.append({"ref": purl, "dependsOn": needs})
    body = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components,
            "dependencies": dependencies}  # fmt: skip
    return json.dumps(body, indent=1).encode()


def spdx(known: list[str]) -> bytes:
    packages, relationships = [], []
    for number, (name, version, _) in enumerate(_packages(known)):
        packages.append(
            {
                "SPDXID": f"SPDXRef-{number}",
                "name": name,
                "versionInfo": version,
                "downloadLocation": f"https://npm-registry.example/{name}/-/{version}.tgz",
                "filesAnalyzed": False,
                "licenseConcluded": "NOASSERTION",
                "licenseDeclared": "MIT",
                "copyrightText": "NOASSERTION",
                "supplier": "Organization: bench",
                "checksums": [{"algorithm": "SHA512", "checksumValue": hashlib.sha512(name.encode()).hexdigest()}],
                "externalRefs": [
                    {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                     "referenceLocator": f"pkg:npm/{name.replace('@', '%40')}@{version}"}
                ],
            }
        )  # fmt: skip
        relationships += [
            {"spdxElementId": f"SPDXRef-{number}", "relationshipType": "DEPENDS_ON",
             "relatedSpdxElement": f"SPDXRef-{(number * k + k) % len(known)}"}
            for k in (2, 3)
        ]  # fmt: skip
    body = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "bench",
            "documentNamespace": "https://bench.example/1", "creationInfo": {"created": "2026-11-29T00:00:00Z",
            "creators": ["Tool: bench"]}, "packages": packages, "relationships": relationships}  # fmt: skip
    return json.dumps(body, indent=1).encode()


def pnpm_lock(known: list[str]) -> bytes:
    lines = ["lockfileVersion: '9.0'", "", "importers:", "", "  .:", "    dependencies:", f"      {known[0]}:",
             "        specifier: '*'", "        version: 1.0.0", "", "packages:", ""]  # fmt: skip
    snapshots = ["snapshots:", ""]
    for name, version, needs in _packages(known):
        quoted = f"'{name}@{version}'" if name.startswith("@") else f"{name}@{version}"
        lines += [
            f"  {quoted}:",
            f"    resolution: {{integrity: {_integrity(name)}}}",
            "    engines: {node: '>=18'}",
            "",
        ]
        snapshots += [f"  {quoted}:", "    dependencies:"]
        snapshots += [f"      {_yaml(need)}: 1.0.0" for need in sorted(set(needs))] + [""]
    return "\n".join(lines + snapshots).encode()


def yarn_lock(known: list[str]) -> bytes:
    lines = ["# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.", "# yarn lockfile v1", ""]
    for name, version, needs in _packages(known):
        lines += [f'"{name}@^{version}":', f'  version "{version}"',
                  f'  resolved "https://npm-registry.example/{name}/-/{version}.tgz#{hashlib.sha1(name.encode()).hexdigest()}"',
                  f"  integrity {_integrity(name)}", "  dependencies:"]  # fmt: skip
        lines += [f'    "{need}" "^1.0.0"' for need in needs] + [""]
    return "\n".join(lines).encode()


def _yaml(name: str) -> str:
    return f"'{name}'" if name.startswith("@") else name
