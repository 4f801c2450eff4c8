"""What the readers of NuGet's files share: versions as NuGet writes them, identities, and the graph of a restore.

Spec: https://learn.microsoft.com/nuget/concepts/package-versioning
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.model.purl import Purl
from scanner.parsers import entries
from scanner.parsers.source import Source

_EXACT = re.compile(r"v?[0-9]+(?:\.[0-9]+){0,3}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?\Z")

_SHA512 = re.compile(r"[A-Za-z0-9+/]{86}==\Z")


def purl(name: str, version: str | None) -> Purl | None:
    """The package's purl. Names compare without case, but the type keeps the spelling."""
    return Purl("nuget", None, name, version) if name else None


def requirement(text: str | None) -> tuple[str | None, str | None]:
    """(version, constraint) of a requirement.

    A bare "1.2.3" is a minimum by name, but NuGet resolves to the lowest version that satisfies it: that very one,
    as long as it is published and nobody else asks for more. So it counts as that version; so does "[1.2.3]".
    Ranges and floating versions ("1.*") pin nothing.
    """
    written = (text or "").strip()
    if not written:
        return None, "*"
    if _EXACT.match(written):
        return written, None
    inner = written[1:-1]
    if written[0] == "[" and written[-1] == "]":
        low, comma, high = (part.strip() for part in inner.partition(","))
        if _EXACT.match(low) and (not comma or low == high):
            return low, None
    return None, written


def sha512(text: str | None) -> tuple[str, ...]:
    """The digest of a package as subresource integrity, from base64 with or without its prefix; () where none is."""
    encoded = (text or "").strip().removeprefix("sha512-")
    return (f"sha512-{encoded}",) if _SHA512.match(encoded) else ()


def split(key: str) -> tuple[str, str | None]:
    """Name and version of a library's key: `Newtonsoft.Json/13.0.1`."""
    name, _, version = key.partition("/")
    return name, version or None


class Target(msgspec.Struct):
    """A library as one framework sees it."""

    dependencies: dict[str, str] | None = None


Targets = list[list[tuple[str, Target]]]
"""For each framework, what it loads, by key."""


def read_targets(value: Any, targets: Targets, source: Source) -> Iterator[Problem]:
    """Gather the `targets` of a `.deps.json` or an assets file in `targets`."""
    where = f"{source.path}: targets"
    try:
        for framework, libraries in entries.items(value, where=where):
            found: list[tuple[str, Target]] = []
            targets.append(found)
            yield from _read_target(libraries, found, source, f"{where}/{framework}")
    except InputError as error:
        yield entries.problem(error, where=source.path)


def _read_target(value: Any, found: list[tuple[str, Target]], source: Source, where: str) -> Iterator[Problem]:
    try:
        for key, entry in entries.items(value, where=where):
            try:
                found.append((key, entries.read(entry, Target, where=f"{where}/{key}")))
            except InputError as error:
                yield entries.problem(error, where=source.path)
    except InputError as error:
        yield entries.problem(error, where=source.path)


def edges(targets: Targets) -> dict[str, list[str]]:
    """Dependencies are requirements: which version satisfied one, the framework itself says, once a name."""
    found: dict[str, dict[str, None]] = {}
    for libraries in targets:
        by_name = {split(key)[0].lower(): key for key, _ in libraries}
        for key, target in libraries:
            needs = found.setdefault(key, {})
            for name in target.dependencies or ():
                resolved = by_name.get(name.lower())
                if resolved is not None:
                    needs[resolved] = None
    return {key: list(needs) for key, needs in found.items()}
