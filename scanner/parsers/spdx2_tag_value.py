"""SPDX 2.1 to 2.3 in tag-value notation, read line by line.

Spec: https://spdx.github.io/spdx-spec/v2.3/conformance/ (clause 4.4.2: a tag, a colon and a value a line; longer values
between `<text>` and `</text>`)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Item, Problem
from scanner.parsers.source import Source
from scanner.parsers.spdx2 import Checksum, CreationInfo, Document, ExternalRef, Package, Relationship, items
from scanner.shape import encoding

_FIELDS = {
    "PackageName": "name",
    "PackageVersion": "version_info",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PackageDownloadLocation": "download_location",
    "PackageHomePage": "homepage",
    "PrimaryPackagePurpose": "primary_package_purpose",
}
# Tags that begin something with an SPDXID of its own, which is not the package's.
_OTHERS = frozenset(("FileName", "SnippetSPDXID", "LicenseID"))
_READ = _FIELDS.keys() | _OTHERS | {
    "SPDXVersion", "SPDXID", "Creator", "ExternalRef", "PackageChecksum", "Relationship"
}  # fmt: skip


def parse(source: Source) -> Iterator[Item]:
    """Yield each package. A package begins at its name; a file after it takes over only the SPDXID."""
    reader = _Reader(source.path)
    for line, tag, value in _tags(encoding.text(source.data, where=source.path), source.path, reader.problems):
        reader.take(line, tag, value)
    if not reader.packages and reader.version is None:
        raise InputError("no SPDX document: neither SPDXVersion nor PackageName", where=source.path)
    yield from items(reader.document(), where=source.path, lines=reader.lines)
    yield from reader.problems


class _Reader:
    """The document so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.version: str | None = None
        self.identifier: str | None = None
        self.creators: list[str] = []
        self.packages: list[dict[str, Any]] = []
        self.lines: list[int] = []
        self.relationships: list[Relationship] = []
        self.problems: list[Problem] = []
        self.inside = "document"

    def take(self, line: int, tag: str, value: str) -> None:
        if tag == "PackageName":
            self.packages.append({"name": value})
            self.lines.append(line)
            self.inside = "package"
        elif tag in _OTHERS:
            self.inside = "other"
        elif tag == "Relationship":
            self._relationship(line, value)
        elif tag == "SPDXID":
            if self.inside == "package":
                self.packages[-1].setdefault("spdx_id", value)
            elif self.inside == "document" and self.identifier is None:
                self.identifier = value
        elif tag == "SPDXVersion":
            self.version = value
        elif tag == "Creator":
            self.creators.append(value)
        elif not self.packages:
            self._problem(line, f"{tag} before any PackageName")
        elif tag == "ExternalRef":
            self._reference(line, value)
        elif tag == "PackageChecksum":
            algorithm, _, digest = value.partition(":")
            self.packages[-1].setdefault("checksums", []).append(Checksum(algorithm, digest.strip()))
        else:
            known = self.packages[-1].setdefault(_FIELDS[tag], value)
            if known != value:
                self._problem(line, f"{tag} is said again: {value[:200]!r}")

    def _relationship(self, line: int, value: str) -> None:
        words = value.split()
        if len(words) < 3:
            self._problem(line, f"a relationship that is not one: {value[:200]!r}")
        else:
            self.relationships.append(Relationship(words[0], words[1], words[2]))

    def _reference(self, line: int, value: str) -> None:
        words = value.split(None, 2)
        if len(words) < 3:
            self._problem(line, f"an external reference that is not one: {value[:200]!r}")
        else:
            self.packages[-1].setdefault("external_refs", []).append(ExternalRef(words[1], words[2]))

    def _problem(self, line: int, what: str) -> None:
        self.problems.append(Problem(where=self.path, what=what, line=line))

    def document(self) -> Document:
        return Document(
            spdx_id=self.identifier,
            spdx_version=self.version,
            creation_info=CreationInfo(tuple(self.creators)),
            packages=tuple(Package(**package) for package in self.packages),
            relationships=tuple(self.relationships),
        )


def _tags(text: str, where: str, problems: list[Problem]) -> Iterator[tuple[int, str, str]]:
    """Yield (line, tag, value) for the tags that are read; what stands between `<text>` marks is never a tag."""
    # Not splitlines(): it also breaks at characters that are no line ends to anybody else.
    lines = text.split("\n")
    last_close = next((number for number in range(len(lines), 0, -1) if "</text>" in lines[number - 1]), 0)
    opened: tuple[int, str, list[str]] | None = None
    for number, line in enumerate(lines, 1):
        if opened is not None:
            begin, tag, pieces = opened
            piece, closing, _ = line.partition("</text>")
            if tag in _READ:
                pieces.append(piece)
            if closing:
                opened = None
                if tag in _READ:
                    yield begin, tag, "\n".join(pieces).strip()
            continue
        tag, colon, value = line.partition(":")
        if not colon:
            continue
        tag = tag.strip()
        if "<text>" in value:
            _, _, rest = value.partition("<text>")
            value, closing, _ = rest.partition("</text>")
            if not closing:
                if number < last_close:
                    opened = (number, tag, [value])
                    continue
                # Nobody closes it: were it taken at its word, the rest of the file would be hidden in it.
                problems.append(Problem(where=where, what=f"{tag[:100]}: <text> without an end", line=number))
        if tag in _READ and ((value := value.strip()) or tag == "PackageName"):
            yield number, tag, value
