"""Is an SBOM complete enough to judge? One file a standard: a table of what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from scanner.matching.quality import bsi, cisa, identity, ntia
from scanner.matching.quality.delivered import Delivered, is_software
from scanner.matching.quality.elements import Element
from scanner.model.audit import Requirement, Standard

__all__ = ["STANDARDS", "Delivered", "is_software", "requirement", "standards"]


class _Asks(Protocol):
    ID: str
    TITLE: str
    SOURCE: str
    ASKED: tuple[tuple[str, str, Element], ...]


STANDARDS: tuple[_Asks, ...] = (identity, ntia, cisa, bsi)
"""Every standard; a test compares the table with the folder."""


def standards(sbom: Delivered) -> tuple[Standard, ...]:
    """Each standard with what is met and missing. What several ask is worked out once."""
    known: dict[Element, Requirement] = {}
    found: list[Standard] = []
    for standard in STANDARDS:
        requirements: list[Requirement] = []
        for id_, asks, element in standard.ASKED:
            if element not in known:
                met, of, concerned, note = element(sbom)
                known[element] = Requirement(id=id_, asks=asks, met=met, of=of, concerned=concerned, note=note)
            one = known[element]
            requirements.append(
                Requirement(id=id_, asks=asks, met=one.met, of=one.of, concerned=one.concerned, note=one.note)
            )
        found.append(
            Standard(id=standard.ID, title=standard.TITLE, source=standard.SOURCE, requirements=tuple(requirements))
        )
    return tuple(found)


def requirement(found: Sequence[Standard], standard: str, id_: str) -> Requirement | None:
    """One requirement by name."""
    for one in found:
        if one.id == standard:
            return next((asked for asked in one.requirements if asked.id == id_), None)
    return None
