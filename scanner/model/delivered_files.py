"""What was delivered, file by file, beside what the SBOM says was."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from scanner.model.component import Component, Problem


class Nature(StrEnum):
    """What a file is, as far as it matters whether anybody answers for it."""

    EXECUTABLE = "executable"
    """A program or library for a machine: ELF, PE, Mach-O, WebAssembly."""
    ARCHIVE = "archive"
    OTHER = "other"


class DeliveredFile(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One file of the delivery, or a member of an archive in it."""

    path: str
    """Members stand behind `!/`; of an image, as it lies in its file system."""
    size: int
    digests: tuple[str, ...]
    """`algorithm:hex`: SHA-256, and each algorithm that the SBOM uses."""
    nature: Nature = Nature.OTHER
    given: bool = False
    """It is what somebody handed over, and not something in it."""


class Recognised(NamedTuple):
    """A package that was found among the files, by metadata of its own."""

    component: Component
    root: str
    """The folder or archive that is this package; "" where its files lie everywhere."""
    archive: bool = False
    """The root is one file: the artefact itself."""
    owned: frozenset[str] = frozenset()
    """Further files that it says are its own."""
    part: bool = False
    """It belongs to something else: the product's own manifest, a copy within another package."""
    copy: bool = False
    """It lies where no package manager would have put it. As a part, it is asked about and not missed in the SBOM."""


class Agreed(NamedTuple):
    """Something that the SBOM names and that is there."""

    component: Component
    path: str
    by: str
    """"digest" or "metadata"."""


class Differing(NamedTuple):
    """A file whose bytes are not those that the SBOM says."""

    component: Component
    path: str
    digests: tuple[str, ...]
    """Those of the file."""


class OtherVersion(NamedTuple):
    """A package that is there at a version that the SBOM does not name."""

    found: Component
    declared: tuple[Component, ...]


class Undeclared(NamedTuple):
    """Code that is there, and that the SBOM does not name."""

    component: Component
    nature: str
    """"package", or what kind of file."""


class Unknowable(NamedTuple):
    """A component of which these files cannot say whether it is in them."""

    component: Component
    reason: str


class ArtefactCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The delivered files against the SBOM."""

    artefacts: tuple[str, ...]
    files: int = 0
    """Opened, members of archives included."""
    bytes: int = 0
    packages: int = 0
    """Recognised among them."""
    claims: int = 0
    """Components and files of the SBOM that have a digest."""
    agreed: tuple[Agreed, ...] = ()
    differing: tuple[Differing, ...] = ()
    other_versions: tuple[OtherVersion, ...] = ()
    undeclared: tuple[Undeclared, ...] = ()
    phantom: tuple[Component, ...] = ()
    """Named in the SBOM and not among the files, where they would be seen."""
    unknowable: tuple[Unknowable, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether the files are those of the SBOM, as far as that can be seen."""
        return not (self.differing or self.other_versions or self.undeclared or self.phantom)
