"""The single files that an SBOM lists beside its packages, with their digests, for who has the files too.

CycloneDX lists them among its components. Specs: https://spdx.github.io/spdx-spec/v2.3/file-information/,
https://spdx.github.io/spdx-spec/v3.0.1/model/Software/Classes/File/. Not read: the files of SPDX in YAML, RDF and XML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Location
from scanner.model.digest import hexadecimal
from scanner.shape import encoding, json_text

_TAG = re.compile(r"^[ \t]*(FileName|FileChecksum|PackageName)[ \t]*:[ \t]*(.+?)[ \t\r]*$", re.MULTILINE)


class _Checksum(msgspec.Struct):
    algorithm: str = ""
    checksumValue: str = ""  # noqa: N815 # as the specification spells it
    value: str = ""


class _Place(msgspec.Struct):
    path: str = ""


class _File(msgspec.Struct):
    fileName: str = ""  # noqa: N815 # as the specification spells it
    checksums: list[_Checksum] = []
    location: _Place | None = None
    digests: list[_Checksum] = []


class _Document(msgspec.Struct):
    files: list[_File] = []


def read(reader: str, data: bytes, path: str) -> Iterator[Component]:
    """Yield each file. What is broken is left out: that the document is broken, its reader says."""
    kind = _KINDS.get(reader)
    if kind is None:
        return
    try:
        for name, digests in kind(data):
            known = tuple(filter(None, (hexadecimal(digest) for digest in digests)))
            if name:
                yield Component(
                    name=name, version=None, purl=None, location=Location(path), digests=known, role="file"
                )  # fmt: skip
    except InputError:
        return


def _listed(data: bytes) -> Iterator[tuple[str, list[str]]]:
    """SPDX 2 and syft, which both call the list `files`."""
    document: _Document = json_text.typed(data, _Document, where="")
    for file in document.files:
        place = "" if file.location is None else file.location.path
        checksums = [*file.checksums, *file.digests]
        yield file.fileName or place, [f"{one.algorithm}:{one.checksumValue or one.value}" for one in checksums]


def _graph(data: bytes) -> Iterator[tuple[str, list[str]]]:
    """SPDX 3: elements of any kind in one list."""
    document: dict[str, Any] = json_text.typed(data, dict[str, Any], where="")
    elements = document.get("@graph")
    for one in elements if isinstance(elements, list) else ():
        if not isinstance(one, dict) or one.get("type") != "software_File" or not isinstance(one.get("name"), str):
            continue
        hashes = one.get("verifiedUsing")
        found = [each for each in hashes if isinstance(each, dict)] if isinstance(hashes, list) else []
        yield one["name"], [f"{each.get('algorithm')}:{each.get('hashValue')}" for each in found]


def _tagged(data: bytes) -> Iterator[tuple[str, list[str]]]:
    """SPDX 2, `FileName: …` and then what is said of it."""
    name, digests = "", list[str]()
    for tag in _TAG.finditer(encoding.lenient_text(data)):
        if tag[1] == "FileChecksum":
            algorithm, _, value = tag[2].partition(":")
            digests.append(f"{algorithm}:{value.strip()}")
            continue
        if name:
            yield name, digests
        name, digests = (tag[2] if tag[1] == "FileName" else ""), []
    if name:
        yield name, digests


_KINDS: dict[str, Callable[[bytes], Iterator[tuple[str, list[str]]]]] = {
    "spdx2-json": _listed,
    "spdx2-tag-value": _tagged,
    "spdx3-json": _graph,
    "syft-json": _listed,
}
