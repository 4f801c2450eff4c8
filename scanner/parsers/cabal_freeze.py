"""Haskell `cabal.project.freeze`.

Spec: https://cabal.readthedocs.io/en/stable/cabal-project-description-file.html#cfg-field-constraints
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model.component import Component, Item, Location, Problem
from scanner.model.purl import Purl
from scanner.parsers.source import Source
from scanner.shape import encoding

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s*:")
_CONSTRAINT = re.compile(
    r"(?:any\.|setup\.|[A-Za-z0-9-]+:setup\.)?(?P<name>[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)(?P<rest>[\s=<>^(+-].*)?\Z",
    re.DOTALL,
)
_EXACT = re.compile(r"==\s*(\d+(?:\.\d+)*)\Z")
# Flags (`+small -tests`), stanzas and where to take it from say nothing about the version.
_NO_VERSION = re.compile(r"(?:[+-][A-Za-z0-9_-]+|source|test|bench)(?:\s+[+-][A-Za-z0-9_-]+)*\Z")


def parse(source: Source) -> Iterator[Item]:
    """Yield each package that a constraint pins."""
    for text, line in _constraints(encoding.text(source.data, where=source.path)):
        match = _CONSTRAINT.match(text)
        if match is None:
            yield Problem(where=source.path, what=f"{text[:200]!r} is no constraint on a package", line=line)
            continue
        rest = (match["rest"] or "").strip()
        if _NO_VERSION.match(rest):
            continue
        exact = _EXACT.match(rest)
        version = exact[1] if exact else None
        yield Component(
            name=match["name"],
            version=version,
            constraint=None if version else rest or "*",
            purl=Purl("hackage", None, match["name"], version),
            location=Location(source.path, line),
        )


def _constraints(text: str) -> Iterator[tuple[str, int]]:
    """Each element of each `constraints:` field, with the line on which it begins."""
    inside, pieces, begins = False, list[str](), 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.lstrip().startswith("--"):
            continue
        field = _FIELD.match(line)
        if field is not None:
            if pieces:
                yield " ".join(pieces), begins
                pieces = []
            inside = field[1].lower() == "constraints"
            line = line[field.end() :]
        if not inside:
            continue
        for place, piece in enumerate(line.split(",")):
            if place and pieces:
                yield " ".join(pieces), begins
                pieces = []
            if piece.strip():
                begins = begins if pieces else number
                pieces.append(piece.strip())
    if pieces:
        yield " ".join(pieces), begins
