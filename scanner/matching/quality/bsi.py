"""BSI TR-03183-2, Cyber Resilience Requirements, part 2: SBOM, version 2.1.0 (20 August 2025).

https://www.bsi.bund.de/EN/Themen/Unternehmen-und-Organisationen/Standards-und-Zertifizierung/Technische-Richtlinien/TR-nach-Thema-sortiert/tr03183/TR-03183_node.html
"""

from __future__ import annotations

import re

from scanner.matching.quality import elements
from scanner.matching.quality.delivered import Answer, Delivered
from scanner.matching.quality.elements import Element

ID, TITLE = "bsi-tr-03183-2", "BSI TR-03183-2 (version 2.1.0)"
SOURCE = "https://www.bsi.bund.de/dok/TR-03183"
_LEAST = {"CycloneDX": (1, 6), "SPDX": (3, 0, 1)}


def _format(sbom: Delivered) -> Answer:
    facts = sbom.facts
    least = _LEAST.get(facts.format)
    said = f"{facts.format} {facts.version or 'of no stated version'}"
    if least is None:
        return Answer(False, note=said)
    numbers = tuple(int(part) for part in re.findall(r"\d{1,6}", facts.version)[:3])
    return Answer(numbers >= least, note=said)


ASKED: tuple[tuple[str, str, Element], ...] = (
    ("format", "CycloneDX from 1.6, or SPDX from 3.0.1", _format),
    ("author", "who wrote the SBOM, with e-mail or address", elements.author_with_contact),
    ("timestamp", "when it was put together", elements.timestamp),
    ("serial", "an address of its own for the SBOM", elements.serial),
    ("producer", "each component's creator, with e-mail or address", elements.producer),
    ("name", "each component's name", elements.name),
    ("version", "each component's version", elements.version),
    ("filename", "each component's file name", elements.has_property("filename")),
    ("relationships", "each component's place in the dependencies", elements.relationships),
    ("known-unknowns", "whether the dependencies are complete", elements.known_unknowns),
    ("licence", "each component's licences", elements.licence),
    ("sha512", "SHA-512 of each component as delivered", elements.sha512),
    ("executable", "whether each component can be executed", elements.has_property("executable")),
    ("archive", "whether each component is an archive", elements.has_property("archive")),
    ("structured", "whether each archive keeps its parts apart", elements.has_property("structured")),
    ("deployable-address", "where each component as delivered can be had, if anywhere", elements.deployable_address),
    ("no-vulnerabilities", "no vulnerabilities in the SBOM itself", elements.without_vulnerabilities),
)
