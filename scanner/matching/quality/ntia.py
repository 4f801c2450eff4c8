"""NTIA, The Minimum Elements For a Software Bill of Materials (12 July 2021): the data fields and known unknowns.

https://www.ntia.gov/report/2021/minimum-elements-software-bill-materials-sbom
"""

from __future__ import annotations

from scanner.matching.quality import elements
from scanner.matching.quality.elements import Element

ID, TITLE = "ntia-2021", "NTIA minimum elements (2021)"
SOURCE = "https://www.ntia.gov/report/2021/minimum-elements-software-bill-materials-sbom"
ASKED: tuple[tuple[str, str, Element], ...] = (
    ("author", "who wrote the SBOM", elements.author),
    ("timestamp", "when it was put together", elements.timestamp),
    ("supplier", "each component's supplier", elements.supplier),
    ("name", "each component's name", elements.name),
    ("version", "each component's version", elements.version),
    ("identifier", "another unique identifier of each component", elements.identifier),
    ("relationships", "each component's place in the dependencies", elements.relationships),
    ("known-unknowns", "where its knowledge of dependencies ends", elements.known_unknowns),
)
