"""CycloneDX JSON that does not have the shape it should, taken apart value by value.

What cannot be understood is noted and left out, the rest is read. Where an object says a key more than once, every
reading counts: two `purl`s make two components, two `components` arrays make one inventory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from scanner.errors import InputError
from scanner.parsers.cyclonedx import Bom, Claim, Dependency, Hash, Party, Reference, Text
from scanner.parsers.cyclonedx_document import Document
from scanner.shape.json_text import Repeated, readings

_TEXTS = {
    "type": "type",
    "bom-ref": "bom_ref",
    "publisher": "publisher",
    "group": "group",
    "name": "name",
    "version": "version",
    "versionRange": "version_range",
    "scope": "scope",
    "cpe": "cpe",
    "purl": "purl",
}
_LONGEST_PLACE = 200


class Loose:
    """Makes claims out of decoded JSON; what is wrong with it goes to the document's problems."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def bom(self, value: Any) -> tuple[Bom, list[Claim]]:
        """The document without its metadata, and the subjects that its metadata names. Raises `InputError`."""
        if not isinstance(value, dict):
            raise InputError("the document is no JSON object", where=self._document.path)
        subjects: list[Claim] = []
        for metadata in _values(value.get("metadata")):
            if isinstance(metadata, dict):
                subjects += self._claims(list(_values(metadata.get("component"))), "metadata/component")
            else:
                self._document.problem("metadata", "not an object")
        bom = Bom(
            bom_format=self._text(value, "bomFormat", ""),
            spec_version=self._text(value, "specVersion", ""),
            serial_number=self._text(value, "serialNumber", ""),
            components=self._claims(value.get("components"), "components"),
            dependencies=list(self._dependencies(value.get("dependencies"))),
        )
        return bom, subjects

    def _claims(self, value: Any, place: str) -> list[Claim]:
        found: list[Claim] = []
        stack: list[tuple[list[Claim], Any, str]] = [(found, value, place)]
        while stack:
            into, entries, prefix = stack.pop()
            for number, entry in enumerate(self._entries(entries, prefix)):
                here = f"{prefix}/{number}" if len(prefix) < _LONGEST_PLACE else prefix
                if not isinstance(entry, dict):
                    self._document.problem(here, f"not a component: {_shown(entry)}")
                    continue
                inner = entry.get("components")
                own = {key: item for key, item in entry.items() if key != "components"}
                claims = [self._claim(reading, here) for reading in readings(own)]
                into += claims
                if inner is not None:
                    # Nested ones hang on the first reading, so that each of them counts once.
                    claims[0].components = []
                    stack.append((claims[0].components, inner, f"{here}/components"))
        return found

    def _claim(self, entry: dict[str, Any], place: str) -> Claim:
        claim = Claim(
            supplier=self._party(entry, "supplier", place),
            manufacturer=self._party(entry, "manufacturer", place),
            hashes=list(self._hashes(entry.get("hashes"), place)),
            external_references=list(self._references(entry.get("externalReferences"), place)),
            pedigree=_raw(entry.get("pedigree")),
            evidence=_raw(entry.get("evidence")),
        )
        for key, field in _TEXTS.items():
            setattr(claim, field, self._text(entry, key, place))
        return claim

    def _hashes(self, value: Any, place: str) -> Iterator[Hash]:
        for entry in self._objects(value, f"{place}/hashes"):
            yield Hash(alg=self._text(entry, "alg", place), content=self._text(entry, "content", place))

    def _references(self, value: Any, place: str) -> Iterator[Reference]:
        for entry in self._objects(value, f"{place}/externalReferences"):
            yield Reference(
                type=self._text(entry, "type", place),
                url=self._text(entry, "url", place),
                hashes=list(self._hashes(entry.get("hashes"), place)),
            )

    def _dependencies(self, value: Any) -> Iterator[Dependency]:
        for number, entry in enumerate(self._objects(value, "dependencies")):
            place = f"dependencies/{number}"
            targets = []
            for target in self._entries(entry.get("dependsOn"), f"{place}/dependsOn"):
                if isinstance(target, str):
                    targets.append(_clean(target))
                else:
                    self._document.problem(place, f"not a reference: {_shown(target)}")
            yield Dependency(ref=self._text(entry, "ref", place), depends_on=targets)

    def _party(self, entry: dict[str, Any], key: str, place: str) -> Party | UnsetType:
        value = entry.get(key)
        if isinstance(value, str):  # the name alone
            return Party(name=_clean(value))
        if isinstance(value, dict):
            return Party(name=self._text(value, "name", place))
        if value is not None:
            self._document.problem(place, f"{key} is neither text nor an object")
        return UNSET

    def _objects(self, value: Any, place: str) -> Iterator[dict[str, Any]]:
        for entry in self._entries(value, place):
            if isinstance(entry, dict):
                yield from readings(entry)
            else:
                self._document.problem(place, f"not an object: {_shown(entry)}")

    def _entries(self, value: Any, place: str) -> Iterator[Any]:
        """What a list holds; every list, where several stand under one key; and a lone object as if it were a list."""
        for block in _values(value):
            if isinstance(block, list):
                yield from block
            elif isinstance(block, dict):
                self._document.remark(place, "an object where a list should stand")
                yield block
            else:
                self._document.problem(place, f"not a list: {_shown(block)}")

    def _text(self, entry: dict[str, Any], key: str, place: str) -> Text:
        value = entry.get(key, UNSET)
        if isinstance(value, Repeated):
            value = value[-1]
        if isinstance(value, str):
            return _clean(value)
        if value is None or value is UNSET:
            return UNSET
        self._document.problem(f"{place}/{key}" if place else key, f"not text: {_shown(value)}")
        return UNSET


def _values(value: Any) -> tuple[Any, ...]:
    if isinstance(value, Repeated):
        return tuple(item for item in value if item is not None)
    return () if value is None else (value,)


def _shown(value: Any) -> str:
    # A list or an object is not written out: it may be nested deeper than writing goes.
    match value:
        case None:
            return "null"
        case list():
            return "a list"
        case dict():
            return "an object"
    return repr(str(value)[:60])


def _clean(text: str) -> str:
    """JSON may escape half a character, which no encoding can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _raw(value: Any) -> msgspec.Raw | UnsetType:
    if value is None:
        return UNSET
    try:
        return msgspec.Raw(msgspec.json.encode(value))
    except (msgspec.MsgspecError, RecursionError, UnicodeError, TypeError):
        return UNSET
