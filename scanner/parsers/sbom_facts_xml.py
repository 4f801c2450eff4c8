"""What an SBOM in XML says of itself."""

from __future__ import annotations

import contextlib
import re

from scanner.errors import InputError
from scanner.model.audit import SbomFacts
from scanner.parsers.sbom_facts_json import kept, named, of_spdx2
from scanner.shape import xml_text
from scanner.shape.xml_text import Start

_WHERE = "sbom"
# Elements of components that hold nothing of the document's own.
_ASIDE = frozenset(
    ("licenses", "hashes", "externalReferences", "properties", "dependencies", "services", "annotations", "formulation",
     "evidence", "pedigree", "purl", "cpe", "description", "Signature", "releaseNotes")
)  # fmt: skip
_MAKERS = frozenset(("author", "supplier", "manufacture", "manufacturer"))
_CDX_NAMESPACE = re.compile(r"cyclonedx\.org/schema/bom/([0-9.]+)")


def cyclonedx(data: bytes) -> SbomFacts:
    """Raises `InputError` where it breaks off before anything was said, as the others do."""
    found: dict[str, list[str]] = {}
    inside: list[str] = []
    version = serial = maker = contact = tool = ""
    vulnerabilities = 0
    with contextlib.suppress(InputError):
        for event in xml_text.events(data, where=_WHERE, skip=_ASIDE):
            if isinstance(event, Start):
                if not inside:
                    match = _CDX_NAMESPACE.search(event.namespace)
                    version, serial = match[1] if match else "", event.attributes.get("serialNumber", "")
                inside.append(event.name)
                continue
            if inside[1:2] == ["metadata"] and "component" not in inside[2:3]:
                parent = inside[-2]
                if event.name in ("timestamp", "phase"):
                    found.setdefault(event.name, []).append(event.text)
                elif "tools" in inside[2:3]:
                    if event.name == "name":
                        tool = event.text
                    elif event.name == "version":
                        tool = named(tool, event.text)
                    elif event.name in ("tool", "component"):
                        found.setdefault("tool", []).append(tool)
                        tool = ""
                elif event.name == "name" and not (maker and parent == "contact"):
                    maker = event.text
                elif event.name in ("email", "url"):
                    contact = contact or event.text
                elif event.name in _MAKERS:
                    whole = f"{maker} ({contact})" if maker and contact else maker or contact
                    found.setdefault("maker", []).append(whole)
                    maker = contact = ""
            elif event.name == "aggregate":
                found.setdefault("aggregate", []).append(event.text)
            elif inside == ["bom", "vulnerabilities", "vulnerability"]:
                vulnerabilities += 1
            inside.pop()
    return SbomFacts(
        format="CycloneDX",
        version=version,
        serial=serial,
        created=next(iter(found.get("timestamp", ())), ""),
        authors=kept(found.get("maker", ())),
        tools=kept(found.get("tool", ())),
        lifecycles=kept(found.get("phase", ())),
        completeness=kept(found.get("aggregate", ())),
        vulnerabilities=vulnerabilities,
    )


def spdx2(data: bytes) -> SbomFacts:
    """Plain XML and RDF: both have elements of these names."""
    found: dict[str, list[str]] = {}
    namespace = ""
    with contextlib.suppress(InputError):
        for event in xml_text.events(data, where=_WHERE):
            if isinstance(event, Start):
                if event.name == "SpdxDocument":
                    namespace = event.attributes.get("about", "").partition("#")[0]
            elif event.name in ("created", "creator", "creators", "specVersion", "spdxVersion", "documentNamespace"):
                found.setdefault(event.name, []).append(event.text)
    version = found.get("spdxVersion") or found.get("specVersion") or [""]
    info = {
        "created": next(iter(found.get("created", ())), ""),
        "creators": [*found.get("creators", ()), *found.get("creator", ())],
    }
    return of_spdx2(version[0], next(iter(found.get("documentNamespace", ())), namespace), info)
