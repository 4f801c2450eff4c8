"""What somebody states on whether vulnerabilities matter in a product (VEX).

Minimum of the field: https://www.cisa.gov/resources-tools/resources/minimum-requirements-vulnerability-exploitability-exchange-vex
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from scanner.model.component import Problem
from scanner.model.purl import Purl

JUSTIFICATIONS = (
    "component_not_present",
    "inline_mitigations_already_exist",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_not_present",
)
"""Why a product is not affected, in the words that OpenVEX and CSAF share."""


class VexStatus(StrEnum):
    NOT_AFFECTED = "not_affected"
    FIXED = "fixed"
    AFFECTED = "affected"
    UNDER_INVESTIGATION = "under_investigation"

    @property
    def harmless(self) -> bool:
        """Whether it says that there is nothing to mend."""
        return self in (VexStatus.NOT_AFFECTED, VexStatus.FIXED)


class VexProduct(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement is about: a product as a whole, or components in it."""

    name: str
    """As the document writes it."""
    purl: Purl | None
    """`None` where it is named in another way: nothing is compared with it then."""
    parts: tuple[Purl, ...] = ()
    """The components in it that are meant; empty where the product itself is."""


class VexStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement on one vulnerability."""

    vulnerability: str
    names: frozenset[str]
    """Its name and aliases, in lower case."""
    status: VexStatus
    label: str | None = None
    """Why it is not affected, in OpenVEX's word, where there is one."""
    why: str = ""
    """The same in the format's word and the author's."""
    products: tuple[VexProduct, ...]
    author: str
    timestamp: str
    """As written; "" where nothing says when."""
    time: datetime | None
    """The same, where it could be understood."""
    where: str
    """File and place."""
    withdrawn: bool = False


class VexDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    path: str
    format: str
    """OpenVEX, CycloneDX or CSAF."""
    statements: tuple[VexStatement, ...]
    problems: tuple[Problem, ...]
    """Statements that could not be read."""
