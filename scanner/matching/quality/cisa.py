"""CISA, 2025 Minimum Elements for a Software Bill of Materials: the draft of 22 August 2025.

https://www.cisa.gov/resources-tools/resources/2025-minimum-elements-software-bill-materials-sbom
"""

from __future__ import annotations

from scanner.matching.quality import elements
from scanner.matching.quality.elements import Element

ID, TITLE = "cisa-2025", "CISA minimum elements (draft of 2025)"
SOURCE = "https://www.cisa.gov/resources-tools/resources/2025-minimum-elements-software-bill-materials-sbom"
ASKED: tuple[tuple[str, str, Element], ...] = (
    ("author", "who wrote the SBOM", elements.author),
    ("timestamp", "when it was put together", elements.timestamp),
    ("tool", "the tool that made it", elements.tool),
    ("context", "before, during or after the build", elements.context),
    ("producer", "each component's producer", elements.producer),
    ("name", "each component's name", elements.name),
    ("version", "each component's version", elements.version),
    ("identifier", "at least one identifier of each component", elements.identifier),
    ("digest", "a digest of each component", elements.digest),
    ("relationships", "each component's place in the dependencies", elements.relationships),
    ("known-unknowns", "what is unknown, and what is withheld", elements.known_unknowns),
    ("licence", "each component's licence", elements.licence),
)
