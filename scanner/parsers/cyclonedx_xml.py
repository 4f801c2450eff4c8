"""CycloneDX 1.0 to 1.7 in XML.

Spec: https://cyclonedx.org/docs/1.7/xml/. Read in one forward pass; a component is taken when its element ends.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scanner.errors import InputError
from scanner.model.component import Item, Location
from scanner.parsers.cyclonedx import Claim, Dependency, Hash, Party, Reference
from scanner.parsers.cyclonedx_document import NOT_CHECKED, READ_ALL, Document
from scanner.parsers.source import Source
from scanner.shape import xml_text
from scanner.shape.xml_text import End, Start

_NAMESPACE = "http://cyclonedx.org/schema/"
_TEXTS = {
    "publisher": "publisher",
    "group": "group",
    "name": "name",
    "version": "version",
    "versionRange": "version_range",
    "scope": "scope",
    "cpe": "cpe",
    "purl": "purl",
}
# Elements that hold nothing we read, wherever they stand.
_UNREAD = frozenset(
    ("licenses", "properties", "description", "copyright", "releaseNotes", "modelCard", "cryptoProperties", "services",
     "vulnerabilities", "compositions", "annotations", "declarations", "definitions", "citations", "author", "authors",
     "contact", "Signature")
)  # fmt: skip
# Elements that may name packages which are not part of what ships.
_ASIDE = frozenset(("pedigree", "tools", "formulation"))
# What may stand in what, as far as we go in.
_INSIDE: dict[str, frozenset[str]] = {
    "bom": frozenset(("metadata", "components", "dependencies")),
    "metadata": frozenset(("component",)),
    "components": frozenset(("component",)),
    "component": frozenset(
        (*_TEXTS, "supplier", "manufacturer", "hashes", "externalReferences", "components", "evidence")
    ),
    "supplier": frozenset(("name",)),
    "manufacturer": frozenset(("name",)),
    "hashes": frozenset(("hash",)),
    "externalReferences": frozenset(("reference",)),
    "reference": frozenset(("url", "hashes")),
    "evidence": frozenset(("identity",)),
    "identity": frozenset(("field", "concludedValue")),
    "dependencies": frozenset(("dependency",)),
    "dependency": frozenset(("dependency",)),
}


class _Placed(Claim, gc=False):
    """A component with the line on which its element begins."""

    line: int = 0


class _Open(msgspec.Struct, gc=False):
    """A component whose element has not ended."""

    claim: _Placed
    hashes: list[Hash]
    references: list[Reference]
    nested: list[Claim]
    again: list[tuple[str, str]]
    """Fields that the element gives once more, and what they say then."""


def parse(source: Source) -> Iterator[Item]:
    """Yield the subject, each component with those nested in it, and the graph. Raises `InputError`."""

    def place(claim: Claim) -> Location:
        return Location(source.path, claim.line if isinstance(claim, _Placed) else None)

    document = Document(source.path, place)
    reader, count = _Reader(document), 0
    try:
        for event in xml_text.events(source.data, where=source.path, skip=_UNREAD):
            if isinstance(event, Start):
                reader.start(event)
            elif claims := reader.end(event):
                if reader.in_metadata:
                    for claim in claims:
                        yield from document.subject(claim)
                else:
                    yield from document.components(claims, "components", count)
                    count += 1
    except InputError:
        yield from document.components(reader.unfinished(), "components", count)
        yield from document.end(reader.dependencies)
        raise
    yield from document.end(reader.dependencies)


class _Reader:
    """Where we are in the document, and what is half read."""

    def __init__(self, document: Document) -> None:
        self.dependencies: list[Dependency] = []
        self._document = document
        self._path: list[str] = []
        self._namespace = ""
        self._aside: list[str] = []
        """Open elements that we do not go into, outermost first."""
        self._components: list[_Open] = []
        self._dependencies: list[list[str]] = []
        self._reference: tuple[str | None, list[Hash]] = (None, [])
        self._url = ""
        self._algorithm: str | None = None
        self._field = ""

    @property
    def in_metadata(self) -> bool:
        return self._path[1:2] == ["metadata"]

    def start(self, event: Start) -> None:
        name, path = event.name, self._path
        if self._aside:
            self._aside.append(name)
            return
        if not path:
            self._begin(event)
        elif name not in _INSIDE.get(path[-1], ()) or not self._ours(event.namespace):
            self._aside.append(name)
            return
        path.append(name)
        if name == "component":
            self._components.append(_Open(_claim(event), [], [], [], []))
        elif name == "hash":
            self._algorithm = event.attributes.get("alg")
        elif name == "reference":
            self._reference, self._url = (event.attributes.get("type"), []), ""
        elif name == "dependency":
            self._depend(event)

    def _begin(self, event: Start) -> None:
        if event.name != "bom":
            raise InputError("not CycloneDX: the root element is not bom", where=self._document.path)
        self._namespace = event.namespace
        self._document.heading(event.namespace.rpartition("/")[2], event.attributes.get("serialNumber"))

    def _ours(self, namespace: str) -> bool:
        return namespace == self._namespace or namespace.startswith(_NAMESPACE)

    def _depend(self, event: Start) -> None:
        ref = event.attributes.get("ref", "")
        if not ref:
            self._document.remark(f"line {event.line}", "a dependency that does not say of what")
        elif self._dependencies:
            self._dependencies[-1].append(ref)
        targets: list[str] = []
        self._dependencies.append(targets)
        self.dependencies.append(Dependency(ref=ref, depends_on=targets))

    def end(self, event: End) -> list[Claim]:
        """Take what the element holds. A component that is complete, and not nested in another, is answered: more
        than one where its element can be read in several ways."""
        name = event.name
        if self._aside:
            if name == "purl" and self._aside[0] in _ASIDE:
                self._document.remark(f"line {event.line}", f"{self._aside[0]} {NOT_CHECKED}")
            self._aside.pop()
            return []
        path = self._path
        path.pop()
        if name == "component":
            claims = self._complete(self._components.pop())
            if not self._components:
                return claims
            self._components[-1].nested.extend(claims)
        elif name == "dependency":
            self._dependencies.pop()
        elif self._components:
            self._take(self._components[-1], path[-1], name, event.text)
        return []

    def _take(self, component: _Open, parent: str, name: str, text: str) -> None:
        claim = component.claim
        if parent == "component":
            field = _TEXTS.get(name)
            if field is not None and text:
                if getattr(claim, field):
                    component.again.append((field, text))
                else:
                    setattr(claim, field, text)
        elif name == "hash":
            hashes = self._reference[1] if self._path[-2] == "reference" else component.hashes
            hashes.append(Hash(alg=self._algorithm, content=text))
        elif name == "url":
            self._url = text
        elif name == "reference":
            kind, hashes = self._reference
            component.references.append(Reference(type=kind, url=self._url, hashes=hashes))
        elif parent == "supplier":
            claim.supplier = Party(name=text)
        elif parent == "manufacturer":
            claim.manufacturer = Party(name=text)
        elif name == "field":
            self._field = text
        elif name == "concludedValue":
            identity = {"field": self._field, "concludedValue": text}
            claim.evidence = msgspec.Raw(msgspec.json.encode({"identity": identity}))

    def _complete(self, component: _Open) -> list[Claim]:
        claim = component.claim
        claim.hashes, claim.external_references = component.hashes, component.references
        claim.components = component.nested
        claims: list[Claim] = [claim]
        if component.again:
            fields = ", ".join(dict.fromkeys(field for field, _ in component.again))
            self._document.problem(
                f"line {claim.line}", f"a component says more than once: {fields}", line=claim.line, hint=READ_ALL
            )
            alone = msgspec.structs.replace(claim, components=[])
            claims += [msgspec.structs.replace(alone, **{field: text}) for field, text in component.again]
        return claims

    def unfinished(self) -> Iterator[Claim]:
        """What is complete inside components whose elements never ended."""
        if not self.in_metadata:
            for component in self._components:
                yield from component.nested


def _claim(event: Start) -> _Placed:
    attributes = event.attributes
    claim = _Placed(line=event.line, type=attributes.get("type", ""))
    if "bom-ref" in attributes:
        claim.bom_ref = attributes["bom-ref"]
    if attributes.get("isExternal") in ("true", "1"):
        claim.is_external = msgspec.Raw(b"true")
    return claim
