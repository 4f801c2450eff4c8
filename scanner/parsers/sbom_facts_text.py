"""What an SBOM in XML, YAML or tag-value says of itself."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from scanner.errors import InputError
from scanner.model.audit import SbomFacts
from scanner.parsers.sbom_facts_json import entry, kept, named, of_spdx2, text
from scanner.shape import encoding, xml_text, yaml_text
from scanner.shape.xml_text import Start

_WHERE = "sbom"
# Elements of components that hold nothing of the document's own.
_ASIDE = frozenset(
    ("licenses", "hashes", "externalReferences", "properties", "dependencies", "services", "annotations", "formulation",
     "evidence", "pedigree", "purl", "cpe", "description", "Signature", "releaseNotes")
)  # fmt: skip
_MAKERS = frozenset(("author", "supplier", "manufacture", "manufacturer"))
_CDX_NAMESPACE = re.compile(r"cyclonedx\.org/schema/bom/([0-9.]+)")
_TAG = re.compile(r"(?m)^[ \t]*(?:b')?(SPDXVersion|DocumentNamespace|Creator|Created)[ \t]*:[ \t]*(.*?)[ \t\r]*$")
_SECTION = re.compile(r"(?m)^(?=[A-Za-z\"']\w*[\"']?:)")
_WANTED = re.compile(r"[\"']?(?:spdxVersion|documentNamespace|creationInfo)[\"']?:")


def cyclonedx_xml(data: bytes) -> SbomFacts:
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


def spdx2_xml(data: bytes) -> SbomFacts:
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
