"""A package of somebody else that lies in a tree, as code."""

from __future__ import annotations

from typing import NamedTuple

from scanner.model.component import Location
from scanner.model.purl import Purl


class Vendored(NamedTuple):
    """One package of others that lies in a tree."""

    root: str
    """The folder, or the archive, in which it lies. Distributions of Python share the folder of their installation."""
    kind: str
    """npm, python, go, cargo, composer, gem, nuget, submodule, archive, folder, or loose: what nothing claims."""
    purl: Purl | None
    """What it claims to be."""
    claim: Location | None
    """Where it says so."""


class Package(NamedTuple):
    """A vendored package with its files; no file belongs to two."""

    vendored: Vendored
    paths: tuple[str, ...]
