"""The inventory as CycloneDX 1.6 JSON, built directly: the library's writer is quadratic in components.

Spec: https://cyclonedx.org/docs/1.6/json/. Tests validate the output against the schema that the library carries.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, TextIO

import scanner
from scanner.model.component import Component, Scope
from scanner.model.digest import hexadecimal
from scanner.model.inventory import Inventory
from scanner.reports import json_output, uri

Body = dict[str, Any]

_ALGORITHMS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128}
_VERSION = 1_024
"""Characters of a version that the format takes."""
_SCOPES = {Scope.RUNTIME: "required", Scope.OPTIONAL: "optional", Scope.DEVELOPMENT: "excluded"}
_TYPES = frozenset(
    ("application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver",
     "firmware", "file", "machine-learning-model", "data", "cryptographic-asset")
)  # fmt: skip


def write(inventory: Inventory, out: TextIO) -> None:
    """Write a bill of materials. The same inventory gives the same bytes: its serial number is derived from it."""
    json_output.dump(document(components=components(inventory), dependencies=dependencies(inventory)), out)


def document(*, metadata: Body | None = None, **parts: list[Body]) -> Body:
    """The whole document around its parts. The same parts have the same serial number."""
    tool = {"type": "application", "name": "pratique", "version": scanner.__version__}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, repr((metadata, parts)))}",
        "version": 1,
        "metadata": {**(metadata or {}), "tools": {"components": [tool]}},
        **parts,
    }


def components(inventory: Inventory) -> list[Body]:
    """Every component of every source, in their order."""
    return [component_body(component, ref) for ref, component in referred(inventory)]


def referred(inventory: Inventory) -> Iterator[tuple[str, Component]]:
    """Each component with the reference that it has in the document."""
    for number, reading in enumerate(inventory.readings):
        for index, component in enumerate((*reading.components, *reading.subject_parts)):
            yield f"{number}:{index}", component


def component_body(component: Component, ref: str) -> Body:
    """One component."""
    hashes = [
        {"alg": _ALGORITHMS[found[0]], "content": found[1]}
        for digest in component.digests
        if (found := checksum(digest)) is not None
    ]
    place = component.location
    address = uri.absolute(component.source_url)
    body: Body = {
        "type": component.role if component.role in _TYPES else "library",
        "bom-ref": ref,
        "name": component.name,
        "version": component.version[:_VERSION] if component.version else None,
        "scope": _SCOPES[component.scope],
        "hashes": hashes,
        "cpe": component.cpes[0] if component.cpes else None,
        "purl": None if component.purl is None else str(component.purl),
        "externalReferences": [{"type": "distribution", "url": address}] if address else [],
        "properties": [
            {"name": "pratique:path", "value": place.path},
            {"name": "pratique:origin", "value": str(component.origin)},
            *([{"name": "pratique:constraint", "value": component.constraint}] if component.constraint else []),
            *(
                [{"name": "pratique:source", "value": uri.without_password(component.source_url)}]
                if component.source_url and not address
                else []
            ),
        ],
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def dependencies(inventory: Inventory) -> list[Body]:
    """Who needs whom, where a source says so."""
    out = []
    for number, reading in enumerate(inventory.readings):
        edges = {} if reading.graph is None else reading.graph.edges()
        refs = {component.ref: f"{number}:{i}" for i, component in enumerate(reading.components) if component.ref}
        for component in reading.components:
            targets = sorted(
                {refs[ref] for ref in edges.get(component.ref, ()) if ref in refs} - {refs.get(component.ref)}
            )
            if targets and component.ref in refs:
                out.append({"ref": refs[component.ref], "dependsOn": targets})
    return list({entry["ref"]: entry for entry in out}.values())


def checksum(digest: str) -> tuple[str, str] | None:
    """(algorithm, lower-case hex) of a digest that is one; `None` for what no SBOM format knows."""
    algorithm, _, digits = (hexadecimal(digest) or "").partition(":")
    return (algorithm, digits) if len(digits) == _LENGTHS.get(algorithm) else None
