"""purl type → the module that speaks with its registries."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from scanner.model.purl import Purl
from scanner.registries.release import Ask, Missing, Release, ReleaseFacts

_MODULES = {
    "npm": "npm",
    "pypi": "pypi",
    "cargo": "cargo",
    "gem": "gem",
    "golang": "golang",
    "maven": "maven",
    "nuget": "nuget",
    "composer": "composer",
}
FURTHER = frozenset(("gem", "maven", "pypi"))
"""Those whose `facts` asks for more than `release` has said already."""


class Speaker(Protocol):
    """One protocol."""

    def release(self, ask: Ask, base: str, purl: Purl) -> Release | Missing:
        """The artefact of a version. Raises `InputError` where the registry says what makes no sense."""
        ...

    def facts(self, ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
        """What surrounds it; `None` where the registry does not know the version."""
        ...


def speaker(type_: str) -> Speaker:
    """The protocol of a type that `clients.registries` knows."""
    return cast("Speaker", import_module(f"scanner.registries.{_MODULES[type_]}"))
