"""The official schema of CycloneDX 1.6, as cyclonedx-python-lib carries it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

_BASE = "http://cyclonedx.org/schema/"


@cache
def validator() -> jsonschema_rs.Validator:
    """Checks whole documents, addresses too."""
    parts = [(f"{_BASE}{name}.SNAPSHOT.schema.json", _schema(name)) for name in ("spdx", "jsf-0.82")]
    aliases = [(address.replace(".SNAPSHOT", ""), part) for address, part in parts]
    registry = jsonschema_rs.Registry([*parts, *aliases], draft=jsonschema_rs.Draft7)
    return jsonschema_rs.validator_for(_schema("bom-1.6"), registry=registry, validate_formats=True)


def _schema(name: str) -> Any:
    return json.loads((files("cyclonedx.schema") / "_res" / f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))
