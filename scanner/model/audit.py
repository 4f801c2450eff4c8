"""What an audit of somebody else's delivery answers: can it be judged, what changed, and what is to be asked."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from scanner.model.comparison import ComponentChange
from scanner.model.component import Component
from scanner.model.decision import Recalled
from scanner.model.delivered_files import ArtefactCheck
from scanner.model.released import MaintainerChange, ReleaseCheck
from scanner.model.report import CodeState, Report


class SbomFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an SBOM says of itself rather than of its components. Text is as the document has it; "" is not said."""

    format: str
    """CycloneDX, SPDX or syft."""
    version: str = ""
    """Of the format: "1.6", "2.3"."""
    serial: str = ""
    """What names this very document: serial number or namespace."""
    created: str = ""
    authors: tuple[str, ...] = ()
    """People and organisations that answer for the document, each with its e-mail or address where one is given."""
    tools: tuple[str, ...] = ()
    lifecycles: tuple[str, ...] = ()
    """When it was made: before, during or after the build."""
    completeness: tuple[str, ...] | None = ()
    """What it says on how complete it is (CycloneDX: compositions); `None` where the format is not asked for it."""
    vulnerabilities: int = 0
    properties: tuple[tuple[str, int], ...] = ()
    """How often it names the properties that BSI TR-03183-2 wants."""


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is asked of an SBOM, and whether it is there."""

    id: str
    asks: str
    """A sentence piece: what is wanted."""
    met: bool | None
    """`None` where it was not looked at: `note` says why."""
    of: int = 0
    """Components of which it is asked; 0 where it is asked of the document as a whole."""
    concerned: tuple[Component, ...] = ()
    """Those that lack it."""
    note: str = ""

    @property
    def share(self) -> float | None:
        """How much of it is there, from 0 to 1; `None` where it was not looked at."""
        if self.met is None:
            return None
        if self.of and self.concerned:
            return 1 - len(self.concerned) / self.of
        return float(self.met)


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks of every SBOM, as a table."""

    id: str
    title: str
    source: str
    """Address of the text, or what it is if it has none."""
    requirements: tuple[Requirement, ...]

    @property
    def missing(self) -> tuple[Requirement, ...]:
        return tuple(one for one in self.requirements if one.met is False)

    @property
    def score(self) -> int | None:
        """Percent of what was looked at, each requirement with the share of components that meet it."""
        shares = [one.share for one in self.requirements if one.share is not None]
        return int(100 * sum(shares) / len(shares)) if shares else None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something that only the vendor can answer."""

    about: str
    """Id of the requirement, of the finding's class, or of the step that it comes from."""
    text: str
    components: tuple[Component, ...] = ()


class SupplierChange(msgspec.Struct, frozen=True, kw_only=True):
    """A package that is said to come from somebody else now."""

    before: Component
    after: Component


class DeliveryChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What lies between two deliveries of one product."""

    path: str
    """The SBOM of the one before."""
    digest: str
    facts: SbomFacts
    product: Component | None
    before: int
    """Components then."""
    steps: tuple[ComponentChange, ...] = ()
    suppliers: tuple[SupplierChange, ...] = ()
    undigested: tuple[Component, ...] = ()
    """Those that had a digest before, at whatever version, and have none now."""
    maintainers: tuple[MaintainerChange, ...] = ()
    """Packages that other people may release than before, as their registry says; only where it was asked."""
    code: CodeState | None = None
    """What of it was compared as code; `None` where that was not wished, or nothing could be had."""
    remarks: tuple[str, ...] = ()
    """What makes the comparison itself doubtful: another product, the same document, an older one."""


class Judgeable(StrEnum):
    """Whether the delivery can be judged by its SBOM."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """The dossier of one SBOM."""

    product: str
    """As the person calls it, else as the SBOM does."""
    subject: Component | None
    digest: str
    """SHA-256 of the file, in hexadecimal; "" where it could not be read."""
    facts: SbomFacts | None
    """`None` where the file is no SBOM that we read."""
    report: Report
    """The scan: findings, verdict, ledger."""
    components: tuple[Component, ...]
    judgeable: Judgeable
    reasons: tuple[str, ...]
    """Why it cannot be judged in full."""
    standards: tuple[Standard, ...] = ()
    changes: DeliveryChanges | None = None
    questions: tuple[Question, ...] = ()
    released: tuple[ReleaseCheck, ...] | None = None
    """What registries say of each component; `None` where none was asked."""
    artefact: ArtefactCheck | None = None
    """The delivered files against the SBOM; `None` where none were given."""
    decision: Recalled | None = None
    """What somebody decided on it, or on the delivery before it; `None` where nobody did."""
