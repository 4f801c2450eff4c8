"""The inventory as CycloneDX 1.6 JSON, built directly: the library's writer is quadratic in components.

Spec: https://cyclonedx.org/docs/1.6/json/. Tests validate the output against the schema that the library carries.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from typing import Any, TextIO
from urllib.parse import quote

import scanner
from scanner.model.component import Component, Scope
from scanner.model.inventory import Inventory
from scanner.reports import json_output

_ALGORITHMS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_LENGTHS = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
_SCOPES = {Scope.RUNTIME: "required", Scope.OPTIONAL: "optional", Scope.DEVELOPMENT: "excluded"}
_TYPES = frozenset(
    ("application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver",
     "firmware", "file", "machine-learning-model", "data", "cryptographic-asset")
)  # fmt: skip

_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;={}-]|%[0-9A-Fa-f]{{2}})"
_AUTHORITY = rf"//(?:{_CHARACTER.format(':')}*@)?{_CHARACTER.format('')}*(?::[0-9]*)?"
_REST = _CHARACTER.format(":@/")
_ADDRESS = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{_AUTHORITY}(?:/{_REST}*)?|(?!//){_REST}*)"
    rf"(?:\?{_CHARACTER.format(':@/?')}*)?(?:#{_CHARACTER.format(':@/?')}*)?"
)
"""An absolute address by RFC 3986, as the format wants it."""


def write(inventory: Inventory, out: TextIO) -> None:
    """Write a bill of materials. The same inventory gives the same bytes: its serial number is derived from it."""
    components = [
        _component(component, f"{number}:{index}")
        for number, reading in enumerate(inventory.readings)
        for index, component in enumerate((*reading.components, *reading.subject_parts))
    ]
    body: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, repr(components))}",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "pratique", "version": scanner.__version__}]}
        },
        "components": components,
        "dependencies": _dependencies(inventory),
    }
    json_output.dump(body, out)


def _component(component: Component, ref: str) -> dict[str, Any]:
    hashes = [found for digest in component.digests if (found := _hash(digest)) is not None]
    place = component.location
    address = _address(component.source_url)
    body: dict[str, Any] = {
        "type": component.role if component.role in _TYPES else "library",
        "bom-ref": ref,
        "name": component.name,
        "version": component.version,
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
                [{"name": "pratique:source", "value": component.source_url}]
                if component.source_url and not address
                else []
            ),
        ],
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def _dependencies(inventory: Inventory) -> list[dict[str, Any]]:
    out = []
    for number, reading in enumerate(inventory.readings):
        edges = {} if reading.graph is None else reading.graph.edges()
        refs = {component.ref: f"{number}:{i}" for i, component in enumerate(reading.components) if component.ref}
        for component in reading.components:
            targets = sorted(
                {refs[ref] for ref in edges.get(component.ref, ()) if ref in refs} - {refs.get(component.ref)}
            )
            if targets:
                out.append({"ref": refs[component.ref], "dependsOn": targets})
    return list({entry["ref"]: entry for entry in out}.values())


def _address(url: str | None) -> str | None:
    """The address with what may not stand in one as `%XX`; `None` where that makes no address of it."""
    quoted = quote(url or "", safe="%:/?#@!$&'()*+,;=", errors="surrogatepass")
    return quoted if _ADDRESS.fullmatch(quoted) else None


def _hash(digest: str) -> dict[str, str] | None:
    mark = "-" if "-" in digest[:7] else ":"
    name, _, value = digest.partition(mark)
    algorithm = _ALGORITHMS.get(name.lower())
    if algorithm is None:
        return None
    if mark == "-":
        try:
            value = base64.b64decode(value, validate=True).hex()
        except (binascii.Error, ValueError):
            return None
    value = value.lower()
    return {"alg": algorithm, "content": value} if len(value) == _LENGTHS[algorithm] and _is_hex(value) else None


def _is_hex(text: str) -> bool:
    return all(char in "0123456789abcdef" for char in text)
