"""SPDX 2 documents out of plain values, for what the typed readers refuse: wrong types, repeated keys, YAML.

Spec: SPDX 2.1 to 2.3, https://spdx.github.io/spdx-spec/v2.3/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Item, Problem
from scanner.parsers.claims import text
from scanner.parsers.spdx2 import Checksum, CreationInfo, Document, ExternalRef, Package, Relationship, items, remarks
from scanner.shape.json_text import Repeated, readings

_WRAPPERS = ("sbom", "Document")
_MAX_WRAPPERS = 4


def read(values: Sequence[Any], *, where: str, json: bool) -> Iterator[Item]:
    """Yield what the values of one file say, as one document; of a repeated key every value counts.

    Raises `InputError` where nothing in them is an SPDX document.
    """
    problems: list[Problem] = []
    documents = [
        document
        for value in values
        for mapping in _unwrapped(value, _MAX_WRAPPERS)
        if (document := _document(mapping, where, problems)).recognised
    ]
    if not documents:
        raise InputError("no SPDX document: neither spdxVersion nor packages", where=where)
    yield from items(_merged(documents), where=where, json=json)
    for document in documents:
        yield from remarks(document, where=where)
    yield from problems


def _merged(documents: Sequence[Document]) -> Document:
    return Document(
        spdx_id=documents[0].spdx_id,
        creation_info=CreationInfo(tuple(creator for each in documents for creator in _creators(each))),
        packages=tuple(package for each in documents for package in each.packages or ()),
        relationships=tuple(relationship for each in documents for relationship in each.relationships or ()),
        document_describes=tuple(ref for each in documents for ref in each.document_describes or ()),
    )


def _creators(document: Document) -> tuple[str, ...]:
    return (document.creation_info and document.creation_info.creators) or ()


def _unwrapped(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    for candidate in _all(value):
        if not isinstance(candidate, dict):
            continue
        inner = [item for key in _WRAPPERS for item in _all(candidate.get(key)) if isinstance(item, dict)]
        if inner and depth:
            for item in inner:
                yield from _unwrapped(item, depth - 1)
        if not inner or "packages" in candidate:
            yield candidate


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, Repeated) else [value]


def _document(mapping: dict[str, Any], where: str, problems: list[Problem]) -> Document:
    packages: list[Package] = []
    described: list[str] = []
    entries = _listed(mapping, "packages", where, problems)
    for entry in _listed(mapping, "documentDescribes", where, problems):
        # SPDX 2.0 wrote the package itself where it is described.
        inline = entry.get("Package", entry) if isinstance(entry, dict) else None
        if isinstance(inline, dict):
            entries.append(inline)
            entry = text(inline.get("SPDXID"))
        if isinstance(entry, str):
            described.append(entry)
    for number, entry in enumerate(entries):
        if isinstance(entry, dict):
            place = f"{where}: packages/{number}"
            packages += [_package(reading, place, problems) for reading in readings(entry)]
        else:
            problems.append(Problem(where=f"{where}: packages/{number}", what="a package that is no object"))
    relationships = [
        Relationship(
            text(reading.get("spdxElementId")),
            text(reading.get("relationshipType")),
            text(reading.get("relatedSpdxElement")),
        )
        for entry in _listed(mapping, "relationships", where, problems)
        if isinstance(entry, dict)
        for reading in readings(entry)
    ]
    info = readings(mapping.get("creationInfo"))[0]
    creators = info.get("creators") if isinstance(info, dict) else None
    return Document(
        spdx_id=text(_all(mapping.get("SPDXID"))[0]),
        spdx_version=text(_all(mapping.get("spdxVersion"))[0]),
        name=text(_all(mapping.get("name"))[0]),
        data_license=text(_all(mapping.get("dataLicense"))[0]),
        document_namespace=text(_all(mapping.get("documentNamespace"))[0]),
        creation_info=CreationInfo(
            tuple(item for item in creators if isinstance(item, str)) if isinstance(creators, list) else None,
            text(info.get("created")) if isinstance(info, dict) else None,
        ),
        packages=tuple(packages) if packages or "packages" in mapping else None,
        relationships=tuple(relationships),
        document_describes=tuple(described),
    )


def _listed(mapping: dict[str, Any], key: str, where: str, problems: list[Problem]) -> list[Any]:
    """The entries of a list, or of all the lists that stand under a repeated key."""
    entries: list[Any] = []
    for value in _all(mapping.get(key)):
        if isinstance(value, list):
            entries += value
        elif isinstance(value, dict):
            entries.append(value)
        elif value is not None and value != "":
            problems.append(Problem(where=where, what=f"{key} is no list"))
    return entries


def _package(entry: dict[str, Any], where: str, problems: list[Problem]) -> Package:
    refs = (item for item in _listed(entry, "externalRefs", where, problems) if isinstance(item, dict))
    sums = (item for item in _listed(entry, "checksums", where, problems) if isinstance(item, dict))
    return Package(
        spdx_id=text(entry.get("SPDXID")),
        name=text(entry.get("name")),
        package_name=text(entry.get("packageName")),
        version_info=text(entry.get("versionInfo")),
        package_version=text(entry.get("packageVersion")),
        supplier=text(entry.get("supplier")),
        package_supplier=text(entry.get("packageSupplier")),
        originator=text(entry.get("originator")),
        download_location=text(entry.get("downloadLocation")),
        homepage=text(entry.get("homepage")),
        primary_package_purpose=text(entry.get("primaryPackagePurpose")),
        copyright_text=text(entry.get("copyrightText")),
        purl=text(entry.get("purl")),
        external_refs=tuple(
            ExternalRef(text(item.get("referenceType")), text(item.get("referenceLocator"))) for item in refs
        ),
        checksums=tuple(Checksum(text(item.get("algorithm")), text(item.get("checksumValue"))) for item in sums),
    )
