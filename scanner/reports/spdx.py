"""The inventory as SPDX 2.3 JSON: each component with its package URL and checksums, and who needs whom.

Spec: https://spdx.github.io/spdx-spec/v2.3/. No findings: the format has no place for them. Licences are not looked at,
and said not to be. Guide: docs/reports-machines.md.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any, TextIO

import scanner
from scanner.display import line
from scanner.model.component import Component, Scope
from scanner.model.inventory import Inventory, Reading
from scanner.model.report import Report
from scanner.reports import json_output, tracker, uri
from scanner.reports.inventory_cyclonedx import checksum

Body = dict[str, Any]

_DOCUMENT, _TARGET = "SPDXRef-DOCUMENT", "SPDXRef-Target"
_UNSAID = "NOASSERTION"
_PURPOSES = {
    "application": "APPLICATION",
    "framework": "FRAMEWORK",
    "library": "LIBRARY",
    "container": "CONTAINER",
    "operating-system": "OPERATING_SYSTEM",
    "device": "DEVICE",
    "firmware": "FIRMWARE",
    "file": "FILE",
}
_NEEDED = {Scope.DEVELOPMENT: "DEV_DEPENDENCY_OF", Scope.OPTIONAL: "OPTIONAL_DEPENDENCY_OF"}
_CPE23 = re.compile(r"cpe:2\.3:[aho*-](?::[^\s:]+){10}\Z")


def write(report: Report, out: TextIO) -> None:
    """Write one document. The same report gives the same bytes."""
    inventory = report.inventory or Inventory(readings=())
    packages = [_target(report)]
    relationships = [_related(_DOCUMENT, "DESCRIBES", _TARGET)]
    for number, reading in enumerate(inventory.readings):
        for index, component in enumerate((*reading.components, *reading.subject_parts)):
            ref = _ref(number, index)
            packages.append(_package(component, ref))
            relationships.append(_belongs(component, ref))
        relationships += _needs(number, reading)
    seed = repr((report.target, report.started, packages))
    body = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": _DOCUMENT,
        "name": line(report.target or "target"),
        "documentNamespace": f"https://spdx.org/spdxdocs/pratique-{uuid.uuid5(uuid.NAMESPACE_URL, seed)}",
        "creationInfo": {
            "created": report.started,
            "creators": [f"Tool: pratique-{scanner.__version__}"],
            "comment": f"verdict: {tracker.verdict(report)}",
        },
        "packages": packages,
        "relationships": relationships,
    }
    json_output.dump(body, out)


def _ref(number: int, index: int) -> str:
    return f"SPDXRef-Package-{number}-{index}"


def _target(report: Report) -> Body:
    return _body(_TARGET, line(report.target or "target"), "APPLICATION")


def _body(ref: str, name: str, purpose: str) -> Body:
    return {
        "SPDXID": ref,
        "name": name,
        "downloadLocation": _UNSAID,
        "filesAnalyzed": False,
        "licenseConcluded": _UNSAID,
        "licenseDeclared": _UNSAID,
        "copyrightText": _UNSAID,
        "primaryPackagePurpose": purpose,
    }


def _package(component: Component, ref: str) -> Body:
    body = _body(ref, line(component.name), _PURPOSES.get(component.role, "OTHER"))
    if (address := uri.absolute(component.source_url)) is not None:
        body["downloadLocation"] = address
    if component.version is not None:
        body["versionInfo"] = line(component.version)
    if component.supplier:
        body["supplier"] = f"Organization: {line(component.supplier)}"
    asked = f", which asks for {line(component.constraint)}" if component.constraint else ""
    body["sourceInfo"] = f"read from {line(component.location.path)}{asked}"
    if checksums := list(_checksums(component)):
        body["checksums"] = checksums
    if references := list(_references(component)):
        body["externalRefs"] = references
    return body


def _checksums(component: Component) -> Iterator[Body]:
    for found in dict.fromkeys(map(checksum, component.digests)):
        if found is not None:
            yield {"algorithm": found[0].upper(), "checksumValue": found[1]}


def _references(component: Component) -> Iterator[Body]:
    if component.purl is not None:
        yield {
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": uri.quoted(str(component.purl)),
        }
    for cpe in component.cpes:
        if _CPE23.match(cpe):
            yield {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": cpe}


def _belongs(component: Component, ref: str) -> Body:
    """How a component stands to the target."""
    needed = _NEEDED.get(component.scope)
    return _related(_TARGET, "CONTAINS", ref) if needed is None else _related(ref, needed, _TARGET)


def _needs(number: int, reading: Reading) -> Iterator[Body]:
    if reading.graph is None:
        return
    edges = reading.graph.edges()
    refs = {one.ref: _ref(number, index) for index, one in enumerate(reading.components) if one.ref}
    for ref, own in refs.items():
        targets = {refs[other] for other in edges.get(ref, ()) if other in refs} - {own}
        for target in sorted(targets):
            yield _related(own, "DEPENDS_ON", target)


def _related(one: str, how: str, other: str) -> Body:
    return {"spdxElementId": one, "relationshipType": how, "relatedSpdxElement": other}
