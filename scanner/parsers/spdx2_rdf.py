"""SPDX 2.1 to 2.3 in RDF/XML, read as one stream of elements.

Spec: https://spdx.github.io/spdx-spec/v2.3/ and its RDF terms, https://www.w3.org/TR/rdf-syntax-grammar/. Elements
alternate between nodes and properties; a package may stand inside a relationship of another one, and any node may be
named in one place (`rdf:about`) and pointed at from others (`rdf:resource`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.errors import InputError
from scanner.model.component import Item
from scanner.parsers.source import Source
from scanner.parsers.spdx2 import Checksum, CreationInfo, Document, ExternalRef, Package, Relationship, items
from scanner.shape import xml_text
from scanner.shape.xml_text import Start

_NODES = frozenset(
    ("SpdxDocument", "Package", "File", "Snippet", "Relationship", "ExternalRef", "Checksum", "CreationInfo",
     "Description")
)  # fmt: skip
_ELEMENTS = frozenset(("SpdxDocument", "Package", "File", "Snippet"))
_SYNTAX = frozenset(("about", "ID", "nodeID", "resource", "datatype", "lang", "parseType"))
_NAME = re.compile(r"[#/]([^#/]+)\Z")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class _Node:
    """A node that is read, with the values of its properties: texts, addresses or further nodes."""

    def __init__(self, kind: str, name: str, line: int) -> None:
        self.kind = kind
        self.name = name
        self.line = line
        self.values: dict[str, list[str | _Node]] = {}

    def text(self, key: str) -> str | None:
        """The first value: a text, or the last part of an address such as `…#checksumAlgorithm_sha1`."""
        return next((value for value in self.values.get(key, ()) if isinstance(value, str)), None)

    def nodes(self, key: str, known: Mapping[str, _Node]) -> Iterator[_Node]:
        """The nodes under a property, whether they stand there or elsewhere."""
        for value in self.values.get(key, ()):
            node = value if isinstance(value, _Node) else known.get(value)
            if node is not None:
                yield node

    def named(self, key: str) -> Iterator[str]:
        """The names of what a property points at, whether it stands there or elsewhere."""
        for value in self.values.get(key, ()):
            name = value.name if isinstance(value, _Node) else value
            if name:
                yield name


class _Frame:
    """An open element."""

    def __init__(self, start: Start) -> None:
        given = start.attributes
        self.name = start.name
        self.target = given.get("resource") or given.get("about") or given.get("nodeID") or given.get("ID") or ""
        self.node = _Node(start.name, self.target, start.line) if start.name in _NODES else None
        self.inner: str | _Node | None = None
        if self.node is not None:
            self.node.values = {key: [value] for key, value in given.items() if key not in _SYNTAX}


def parse(source: Source) -> Iterator[Item]:
    """Yield each package. Of a document that breaks off, what came before is read."""
    graph = _Graph()
    try:
        for event in xml_text.events(source.data, where=source.path):
            if isinstance(event, Start):
                graph.open.append(_Frame(event))
            else:
                graph.close(event.text)
    except InputError:
        while graph.open:
            graph.close("")
        yield from graph.items(source.path)
        raise
    if not graph.nodes:
        raise InputError("no SPDX document: it has no element of SPDX", where=source.path)
    yield from graph.items(source.path)


class _Graph:
    """What has been read so far."""

    def __init__(self) -> None:
        self.open: list[_Frame] = []
        self.nodes: list[_Node] = []
        """One for each name, and the elements that have none."""
        self.by_name: dict[str, _Node] = {}

    def close(self, text: str) -> None:
        frame = self.open.pop()
        parent = self.open[-1] if self.open else None
        node = frame.node
        if node is None:
            # A property, or a node that is not read, such as <spdx:noassertion rdf:about="…"/>.
            if parent is not None and parent.node is not None:
                value = frame.inner or frame.target or text
                if value:
                    parent.node.values.setdefault(frame.name, []).append(value)
            elif parent is not None and parent.inner is None:
                parent.inner = frame.target or None
            return
        if node.kind == "Description":
            node.kind = _name(node.text("type") or "")
        if parent is not None:
            parent.inner = node
        if node.name or node.kind in _ELEMENTS:
            self._keep(node)

    def _keep(self, node: _Node) -> None:
        known = self.by_name.get(node.name) if node.name else None
        if known is None:
            self.nodes.append(node)
            if node.name:
                self.by_name[node.name] = node
            return
        if not known.values or known.kind not in _ELEMENTS:  # pointed at before it was described
            known.line, known.kind = node.line, node.kind
        for key, values in node.values.items():
            known.values.setdefault(key, []).extend(values)

    def items(self, where: str) -> Iterator[Item]:
        packages = sorted((node for node in self.nodes if node.kind == "Package"), key=lambda node: node.line)
        described: list[str] = []
        relationships: list[Relationship] = []
        creators: list[str] = []
        root: _Node | None = None
        for node in self.nodes:
            if node.kind == "SpdxDocument":
                root = root or node
                described += node.named("describesPackage")
                creators += [
                    value
                    for info in node.nodes("creationInfo", self.by_name)
                    for value in info.values.get("creator", ())
                    if isinstance(value, str)
                ]
            for relationship in node.nodes("relationship", self.by_name):
                kind = _HUMP.sub("_", _value(relationship.text("relationshipType")) or "").upper()
                relationships += [
                    Relationship(_name(node.name), kind, _target(target))
                    for target in relationship.named("relatedSpdxElement")
                ]
        document = Document(
            spdx_id=_name(root.name) if root is not None else None,
            creation_info=CreationInfo(tuple(creators)),
            packages=tuple(_package(node, self.by_name) for node in packages),
            relationships=tuple(relationships),
            document_describes=tuple(_name(name) for name in described),
        )
        yield from items(document, where=where, lines=[node.line for node in packages])


def _package(node: _Node, known: Mapping[str, _Node]) -> Package:
    return Package(
        spdx_id=_name(node.name) or None,
        name=node.text("name"),
        version_info=node.text("versionInfo"),
        supplier=_value(node.text("supplier")),
        originator=_value(node.text("originator")),
        download_location=_value(node.text("downloadLocation")),
        homepage=_value(node.text("homepage")),
        primary_package_purpose=_value(node.text("primaryPackagePurpose")),
        external_refs=tuple(
            ExternalRef(reference.text("referenceType"), reference.text("referenceLocator"))
            for reference in node.nodes("externalRef", known)
        ),
        checksums=tuple(
            Checksum(_value(checksum.text("algorithm")), checksum.text("checksumValue"))
            for checksum in node.nodes("checksum", known)
        ),
    )


def _name(address: str) -> str:
    """The SPDXID of an address: what stands behind `#`."""
    found = _NAME.search(address)
    return found[1] if found else address


def _target(address: str) -> str:
    """The SPDXID that a relationship leads to, or `NOASSERTION` and `NONE` as the other notations write them."""
    word = _value(address) or ""
    return word.upper() if word.lower() in ("noassertion", "none") else _name(address)


def _value(text: str | None) -> str | None:
    """A word of SPDX's own vocabulary (`…/terms#relationshipType_describes`, `…/terms#noassertion`), bare."""
    if text is None or "spdx.org/rdf/terms#" not in text:
        return text
    word = text.rpartition("#")[2]
    return word.partition("_")[2] or word
