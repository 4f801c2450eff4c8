"""What an SBOM says of itself: who made it, when, with what. A small pass of its own beside the readers of components.

Specs: https://cyclonedx.org/docs/1.7/json/#metadata, https://spdx.github.io/spdx-spec/v2.3/document-creation-information/,
https://spdx.github.io/spdx-spec/v3.0.1/model/Core/Classes/CreationInfo/. What is broken is left out: that the document
is broken, its reader says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from xml.sax.saxutils import unescape

import msgspec

from scanner.errors import InputError
from scanner.model.audit import SbomFacts

_READERS: dict[str, tuple[str, str, str]] = {
    "cyclonedx-json": ("CycloneDX", "sbom_facts_json", "cyclonedx"),
    "cyclonedx-xml": ("CycloneDX", "sbom_facts_xml", "cyclonedx"),
    "spdx2-json": ("SPDX", "sbom_facts_json", "spdx2"),
    "spdx2-yaml": ("SPDX", "sbom_facts_text", "spdx2_yaml"),
    "spdx2-tag-value": ("SPDX", "sbom_facts_text", "spdx2_tag_value"),
    "spdx2-rdf": ("SPDX", "sbom_facts_xml", "spdx2"),
    "spdx2-xml": ("SPDX", "sbom_facts_xml", "spdx2"),
    "spdx3-json": ("SPDX", "sbom_facts_json", "spdx3"),
    "syft-json": ("syft", "sbom_facts_json", "syft"),
}
"""Reader of the components → format, and who reads the rest: a module here, imported when it is needed."""
READERS = frozenset(_READERS)
"""Names of the readers whose sources are SBOMs."""

_REFS = {
    "cyclonedx-json": rb'"bom-ref"\s*:\s*("(?:[^"\\]|\\.)*")',
    "cyclonedx-xml": rb"\bbom-ref\s*=\s*[\"']([^\"'<]*)[\"']",
    "spdx2-json": rb'"SPDXID"\s*:\s*("(?:[^"\\]|\\.)*")',
    "spdx2-yaml": rb"SPDXID[\"']?\s*:\s*[\"']?([^\s\"',}]+)",
    "spdx2-tag-value": rb"(?m)^[ \t]*(?:SPDXID|SnippetSPDXID|LicenseID)[ \t]*:[ \t]*(\S+)",
    "spdx2-rdf": rb"\brdf:(?:about|ID|nodeID)\s*=\s*[\"'][^\"'<]*?([^\"'<#/]*)[\"']",
    "spdx2-xml": rb"<SPDXID>\s*([^<\s]+)",
    "spdx3-json": rb'"(?:spdxId|@id|externalSpdxId)"\s*:\s*("(?:[^"\\]|\\.)*")',
    "syft-json": rb'"id"\s*:\s*("(?:[^"\\]|\\.)*")',
}
_MARKUP = frozenset(("cyclonedx-xml", "spdx2-rdf", "spdx2-xml"))
PROPERTIES = ("filename", "executable", "archive", "structured")
"""Of BSI's taxonomy (https://github.com/BSI-Bund/tr-03183-cyclonedx-property-taxonomy), behind `bsi:component:`."""


def read(reader: str, data: bytes) -> SbomFacts:
    """What the document says of itself, as far as it can be understood. `reader` names the parser that reads it."""
    format_, module, function = _READERS[reader]
    kind: Callable[[bytes], SbomFacts] = getattr(import_module(f"scanner.parsers.{module}"), function)
    try:
        found = kind(data)
    except (InputError, RecursionError):
        return SbomFacts(format=format_)
    named = ((name, data.count(b"bsi:component:" + name.encode())) for name in PROPERTIES)
    properties = tuple((name, count) for name, count in named if count)
    return msgspec.structs.replace(found, properties=properties)


def undeclared(reader: str, data: bytes, refs: Iterable[str]) -> list[str]:
    """Those of the refs that nothing in the document bears: no component, service, file or anything else."""
    pattern = re.compile(_REFS[reader])
    markup = reader in _MARKUP
    declared = {_text(match[1], markup) for match in pattern.finditer(data)}
    return [ref for ref in refs if ref not in declared]


def _text(raw: bytes, markup: bool) -> str:
    if raw[:1] != b'"':
        found = raw.decode("utf-8", "replace")
        return unescape(found) if markup and "&" in found else found
    if b"\\" in raw:
        try:
            return str(json.loads(raw))
        except ValueError:
            return ""
    return raw[1:-1].decode("utf-8", "replace")
