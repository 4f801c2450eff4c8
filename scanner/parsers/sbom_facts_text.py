"""What an SBOM in YAML or tag-value says of itself."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from scanner.errors import InputError
from scanner.model.audit import SbomFacts
from scanner.parsers.sbom_facts_json import entry, of_spdx2, text
from scanner.shape import encoding

_WHERE = "sbom"
_TAG = re.compile(r"(?m)^[ \t]*(?:b')?(SPDXVersion|DocumentNamespace|Creator|Created)[ \t]*:[ \t]*(.*?)[ \t\r]*$")
_SECTION = re.compile(r"(?m)^(?=[A-Za-z\"']\w*[\"']?:)")
_WANTED = re.compile(r"[\"']?(?:spdxVersion|documentNamespace|creationInfo)[\"']?:")


def spdx2_tag_value(data: bytes) -> SbomFacts:
    found: dict[str, list[str]] = {}
    for tag, value in _TAG.findall(encoding.text(data, where=_WHERE)):
        found.setdefault(tag, []).append(value)
    info = {"created": next(iter(found.get("Created", ())), ""), "creators": found.get("Creator", [])}
    return of_spdx2(
        next(iter(found.get("SPDXVersion", ())), ""), next(iter(found.get("DocumentNamespace", ())), ""), info
    )


def spdx2_yaml(data: bytes) -> SbomFacts:
    """Only the sections that matter are read as YAML: it is slow."""
    from scanner.shape import yaml_text  # for this notation only

    whole: dict[str, Any] = {}
    for section in _SECTION.split(encoding.text(data, where=_WHERE)):
        if _WANTED.match(section):
            with contextlib.suppress(InputError):
                whole |= entry(yaml_text.value(section.encode(), where=_WHERE))
    info = entry(whole.get("creationInfo"))
    created = info.get("created")
    # YAML makes a date of what looks like one.
    if created is not None and not isinstance(created, str) and hasattr(created, "isoformat"):
        info = {**info, "created": created.isoformat()}
    return of_spdx2(text(whole.get("spdxVersion")), text(whole.get("documentNamespace")), info)
