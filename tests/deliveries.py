"""A delivery as a vendor should make it, for tests to spoil: an SBOM that lacks nothing that anybody asks for."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

Document = dict[str, Any]

PARTS = (("good", "1.0.0"), ("fine", "2.1.0"), ("sound", "0.3.2"), ("whole", "4.0.0"))


def digest(algorithm: str, text: str) -> str:
    return hashlib.new(algorithm, text.encode()).hexdigest()


def part(name: str, version: str) -> Document:
    """One component with everything."""
    file = f"{name}-{version}.tgz"
    return {
        "type": "library",
        "bom-ref": name,
        "supplier": {"name": "Makers", "url": ["https://makers.invalid"]},
        "name": name,
        "version": version,
        "hashes": [
            {"alg": "SHA-256", "content": digest("sha256", file)},
            {"alg": "SHA-512", "content": digest("sha512", file)},
        ],
        "purl": f"pkg:npm/{name}@{version}",
        "externalReferences": [{"type": "distribution", "url": f"https://files.makers.invalid/{file}"}],
        "properties": [
            {"name": "bsi:component:filename", "value": file},
            {"name": "bsi:component:executable", "value": "non-executable"},
            {"name": "bsi:component:archive", "value": "archive"},
            {"name": "bsi:component:structured", "value": "structured"},
        ],
    }


def delivery(version: str = "1.0.0", created: str = "2026-10-01T08:00:00Z") -> Document:
    """The SBOM of a product that needs the first two parts, which need the others."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:00000000-0000-4000-8000-{digest('sha256', version)[:12]}",
        "version": 1,
        "metadata": {
            "timestamp": created,
            "lifecycles": [{"phase": "build"}],
            "tools": {"components": [{"type": "application", "name": "maker", "version": "3.1"}]},
            "authors": [{"name": "Ada", "email": "ada@vendor.invalid"}],
            "component": {"type": "application", "bom-ref": "product", "name": "shop", "version": version},
        },
        "components": [part(*one) for one in PARTS],
        "dependencies": [
            {"ref": "product", "dependsOn": ["good", "fine"]},
            {"ref": "good", "dependsOn": ["sound"]},
            {"ref": "fine", "dependsOn": ["whole"]},
            {"ref": "sound"},
            {"ref": "whole"},
        ],
        "compositions": [{"aggregate": "complete", "dependencies": ["product"]}],
    }


def written(folder: Path, name: str, document: Document) -> Path:
    path = folder / name
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def spoiled(document: Document, **fields: Any) -> Document:
    """The same with the first component's fields set; `None` takes a field away."""
    other = deepcopy(document)
    component = other["components"][0]
    for key, value in fields.items():
        if value is None:
            component.pop(key)
        else:
            component[key] = value
    return other
