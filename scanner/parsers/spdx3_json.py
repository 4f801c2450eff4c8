"""SPDX 3.0 in JSON-LD: a graph of elements that name each other by address, or stand inside one another.

Spec: https://spdx.github.io/spdx-spec/v3.0.1/ (serialisation: Annex "Serialization information"). Contexts are never
fetched: the names of SPDX's own context are known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Problem, Scope, Subject
from scanner.parsers.claims import chosen, digest, needle, nothing, origin, role, settled, text, versioned
from scanner.parsers.source import Source
from scanner.shape import json_text

_MAX_NESTING = 20


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """Any object of the graph, with the fields that are read."""

    type_: str | None = msgspec.field(name="type", default=None)
    at_type: str | None = msgspec.field(name="@type", default=None)
    id: str | None = msgspec.field(name="spdxId", default=None)
    node: str | None = msgspec.field(name="@id", default=None)
    name: str | None = None
    version: str | None = msgspec.field(name="software_packageVersion", default=None)
    purl: str | None = msgspec.field(name="software_packageUrl", default=None)
    download: str | None = msgspec.field(name="software_downloadLocation", default=None)
    homepage: str | None = msgspec.field(name="software_homePage", default=None)
    purpose: str | None = msgspec.field(name="software_primaryPurpose", default=None)
    supplier: Element | str | None = msgspec.field(name="suppliedBy", default=None)
    originators: tuple[Element | str, ...] = msgspec.field(name="originatedBy", default=())
    identifiers: tuple[Element | str, ...] = msgspec.field(name="externalIdentifier", default=())
    more_identifiers: tuple[Element | str, ...] = msgspec.field(name="externalIdentifiers", default=())
    """A misspelling that tools write."""
    references: tuple[Element | str, ...] = msgspec.field(name="externalRef", default=())
    hashes: tuple[Element | str, ...] = msgspec.field(name="verifiedUsing", default=())
    # of relationships
    begin: Element | str | None = msgspec.field(name="from", default=None)
    relation: str | None = msgspec.field(name="relationshipType", default=None)
    ends: tuple[Element | str, ...] = msgspec.field(name="to", default=())
    scope: str | None = None
    # of documents and bundles
    roots: tuple[Element | str, ...] = msgspec.field(name="rootElement", default=())
    elements: tuple[Element | str, ...] = msgspec.field(name="element", default=())
    # of identifiers, references and hashes
    identifier_type: str | None = msgspec.field(name="externalIdentifierType", default=None)
    identifier: str | None = None
    locators: tuple[str, ...] = msgspec.field(name="locator", default=())
    algorithm: str | None = None
    digest: str | None = msgspec.field(name="hashValue", default=None)

    @property
    def kind(self) -> str | None:
        return self.type_ or self.at_type

    @property
    def ref(self) -> str:
        return self.id or self.node or ""

    @property
    def is_package(self) -> bool:
        """`software_Package`, `ai_AIPackage`, `dataset_DatasetPackage`, or one of them as a full address."""
        kind = self.type_ or self.at_type
        return kind is not None and kind.endswith("Package")


class _Graph(Element, frozen=True, kw_only=True):
    """A document: a graph, or a single element without one."""

    graph: tuple[Element, ...] | None = msgspec.field(name="@graph", default=None)


# Relationship types by what they mean here, without regard to case and underscores; all lead from `from` to `to`.
_FORWARD: Mapping[str, Scope] = {
    "dependson": Scope.RUNTIME,
    "contains": Scope.RUNTIME,
    "describes": Scope.RUNTIME,
    "hasprerequisite": Scope.RUNTIME,
    "hasrequirement": Scope.RUNTIME,
    "hasdynamiclink": Scope.RUNTIME,
    "hasstaticlink": Scope.RUNTIME,
    "hasdependencymanifest": Scope.RUNTIME,
    "hasoptionalcomponent": Scope.OPTIONAL,
    "hasoptionaldependency": Scope.OPTIONAL,
    "hasprovideddependency": Scope.OPTIONAL,
    "usestool": Scope.DEVELOPMENT,
}
_BACKWARD = frozenset(("generates",))
_DEVELOPMENT = frozenset(("build", "development", "test", "design"))
# These place a package somewhere, and are no evidence that it is needed at run time.
_SILENT = frozenset(("contains", "describes"))


def parse(source: Source) -> Iterator[Item]:
    """Yield each package; the typed reading is the fast one, and anything unusual takes the other."""
    try:
        document: _Graph = json_text.typed(source.data, _Graph, where=source.path)
        repeated = json_text.duplicates(source.data, where=source.path)
    except InputError:
        yield from _unusual(source)
        return
    if repeated or not document.graph:
        yield from _unusual(source)
    else:
        yield from _Reader(source.path, document.graph).items()


def _unusual(source: Source) -> Iterator[Item]:
    elements: list[Element] = []
    problems: list[Problem] = []
    repeated: dict[str, None] = {}
    read = 0
    try:
        for value in json_text.documents_with_repeats(source.data, where=source.path, numbers_as_text=True):
            read += 1
            repeated |= dict.fromkeys(json_text.repeated_keys(value))
            for number, entry in enumerate(_entries(value)):
                if isinstance(entry, dict):
                    elements += [_element(reading, _MAX_NESTING) for reading in json_text.readings(entry)]
                else:
                    problems.append(
                        Problem(where=f"{source.path}: @graph/{number}", what="an element that is no object")
                    )
    except InputError as error:
        if not read:
            raise
        problems.append(Problem(where=source.path, what=f"behind the document: {error.what}"))
    if not any(element.kind for element in elements):
        raise InputError("no SPDX 3 document: it has no element with a type", where=source.path)
    if read > 1:
        problems.append(Problem(where=source.path, what=f"{read} JSON documents in one file", hint="all were read"))
    if repeated:
        keys = ", ".join(key[:100] for key in list(repeated)[:10])
        what = f"keys that an object says more than once: {keys}"
        hint = "readers differ in which value they take; all were read"
        problems.append(Problem(where=source.path, what=what, hint=hint))
    yield from _Reader(source.path, elements).items()
    yield from problems


def _entries(value: Any) -> list[Any]:
    """The elements of a document: of its graph, of every graph where the key is repeated, or itself."""
    if isinstance(value, list) and not isinstance(value, json_text.Repeated):
        return value
    if not isinstance(value, dict) or "@graph" not in value:
        return [value]
    graph = value["@graph"]
    found: list[Any] = []
    for part in graph if isinstance(graph, json_text.Repeated) else [graph]:
        found += part if isinstance(part, list) else [part]
    return found


_MANY = frozenset(
    ("originatedBy", "externalIdentifier", "externalIdentifiers", "externalRef", "verifiedUsing", "to", "rootElement",
     "element")
)  # fmt: skip
_FIELDS = {field.encode_name: field.name for field in msgspec.structs.fields(Element)}


def _element(mapping: Mapping[str, Any], depth: int) -> Element:
    """An element out of plain values: numbers become text, a single value a list, a list of types its last one."""
    values: dict[str, Any] = {}
    for key, name in _FIELDS.items():
        value = mapping.get(key)
        if value is None:
            continue
        if key in _MANY:
            given = value if isinstance(value, list) else [value]
            values[name] = tuple(part for item in given if (part := _part(item, depth)) is not None)
        elif key == "locator":
            given = value if isinstance(value, list) else [value]
            values[name] = tuple(part for item in given if (part := text(item)) is not None)
        elif key in ("suppliedBy", "from"):
            values[name] = _part(value[0] if isinstance(value, list) and value else value, depth)
        else:
            values[name] = text(value[-1] if isinstance(value, list) and value else value)
    return Element(**values)


def _part(value: Any, depth: int) -> Element | str | None:
    if isinstance(value, dict):
        return _element(value, depth - 1) if depth else None
    return text(value)


class _Reader:
    """The elements of one file, by address."""

    def __init__(self, path: str, elements: Sequence[Element]) -> None:
        self.path = path
        self.elements = list(elements)
        self.by_ref: dict[str, Element] = {}
        for element in self.elements:
            if element.ref:
                self.by_ref.setdefault(element.ref, element)
        # What stands inside others is part of the graph as well; an inner object may only repeat an address.
        position = 0
        inner = [part for element in self.elements for part in _inside(element)]
        while position < len(inner):
            element = inner[position]
            position += 1
            inner += _inside(element)
            known = self.by_ref.get(element.ref) if element.ref else None
            if known is None or (element.is_package and _claims(element) not in (_NO_CLAIMS, _claims(known))):
                self.elements.append(element)
                if element.ref:
                    self.by_ref.setdefault(element.ref, element)
        self.relations = [element for element in self.elements if element.relation is not None]

    def items(self) -> Iterator[Item]:
        scopes = self._scopes()
        roots = self._roots()
        refs: set[str] = set()
        again: list[str] = []
        subjects: list[Component] = []
        for element in self.elements:
            if not element.is_package:
                continue
            ref = element.ref
            if ref in refs:
                again.append(ref)
                ref = f"{ref}#{len(again)}"
            if ref:
                refs.add(ref)
            problems: list[tuple[str, bool]] = []
            found = self._component(element, ref, scopes.get(ref, Scope.RUNTIME), problems)
            yield found
            if ref in roots:
                subjects.append(found)
            for what, harmless in problems:
                yield Problem(where=f"{self.path}: {ref or found.name}", what=what, harmless=harmless)
        if again:
            what = f"packages whose spdxId another has already: {len(again)}, {again[0][:200]!r} for one"
            yield Problem(where=self.path, what=what, hint="relationships lead to the first of them", harmless=True)
        if len(subjects) == 1:
            yield Subject(component=subjects[0])
        yield Graph(roots=tuple(roots), edges=self._edges())

    def _component(self, element: Element, ref: str, scope: Scope, problems: list[tuple[str, bool]]) -> Component:
        version, constraint = versioned(element.version)
        purls = [element.purl] if element.purl else []
        cpes: list[str] = []
        urls: list[str] = []
        for identifier in self._parts(element.identifiers + element.more_identifiers):
            kind = (identifier.identifier_type or "").rpartition("/")[2].lower()
            if identifier.identifier and kind in ("packageurl", "purl"):
                purls.append(identifier.identifier)
            elif identifier.identifier and kind.startswith("cpe"):
                cpes.append(identifier.identifier)
        for reference in self._parts(element.references):
            urls += [locator for locator in reference.locators if "://" in locator]
        claimed, others = chosen(purls, version, problems)
        purl, version, constraint = settled(claimed, version, constraint)
        download, homepage = nothing(element.download), nothing(element.homepage)
        name = element.name
        if not name:
            name = purl.name if purl is not None else ref or "(nameless)"
            problems.append(("a package without a name", purl is not None))
        return Component(
            name=name,
            version=version,
            constraint=constraint,
            purl=purl,
            location=Location(self.path, None, needle(purls[0] if purls else None, ref, json=True)),
            scope=scope,
            origin=origin(purl, download),
            digests=tuple(
                found
                for part in self._parts(element.hashes)
                if (part.kind or "").endswith("Hash") or part.kind is None
                if (found := digest(part.algorithm, part.digest)) is not None
            ),
            source_url=download,
            ref=ref,
            role=_role(element),
            cpes=tuple(dict.fromkeys(cpes)),
            supplier=self._agent(element.supplier) or next(filter(None, map(self._agent, element.originators)), None),
            urls=tuple(urls if homepage is None else [homepage, *urls]) + tuple(others),
        )

    def _parts(self, values: tuple[Element | str, ...]) -> Iterator[Element]:
        for value in values:
            part = self.by_ref.get(value) if isinstance(value, str) else value
            if part is not None:
                yield part

    def _agent(self, value: Element | str | None) -> str | None:
        agent = self.by_ref.get(value) if isinstance(value, str) else value
        return None if agent is None else nothing(agent.name)

    def _roots(self) -> dict[str, None]:
        """What the document is about: its roots, through bundles and `describes`, in order."""
        described: dict[str, list[str]] = {}
        for relation in self.relations:
            if _word(relation.relation) == "describes":
                described.setdefault(_ref(relation.begin), []).extend(map(_ref, relation.ends))
        documents = [element for element in self.elements if (element.kind or "").endswith("SpdxDocument")]
        stack = [element.ref for element in reversed(documents)]
        if not documents:
            stack = [ref for refs in reversed(described.values()) for ref in reversed(refs)]
        found: dict[str, None] = {}
        seen: set[str] = set()
        while stack:
            ref = stack.pop()
            if not ref or ref in seen:
                continue
            seen.add(ref)
            element = self.by_ref.get(ref)
            if element is not None and element.is_package:
                found[ref] = None
                continue
            stack += reversed(described.get(ref, []))
            if element is not None:
                stack += [_ref(root) for root in reversed(element.roots)]
        return found

    def _scopes(self) -> dict[str, Scope]:
        """What is needed only for development, or only as an option."""
        weak: dict[str, Scope] = {}
        strong: set[str] = set()
        for relation in self.relations:
            word = _word(relation.relation)
            scope = _FORWARD.get(word)
            if scope is None or word in _SILENT:
                continue
            if scope is Scope.RUNTIME and (relation.scope or "").lower() in _DEVELOPMENT:
                scope = Scope.DEVELOPMENT
            for end in map(_ref, relation.ends):
                if scope is Scope.RUNTIME:
                    strong.add(end)
                elif weak.setdefault(end, scope) is not scope:  # for development here, as an option there
                    weak[end] = Scope.OPTIONAL
        return {ref: scope for ref, scope in weak.items() if ref not in strong}

    def _edges(self) -> Callable[[], Mapping[str, Sequence[str]]]:
        relations = self.relations

        def edges() -> Mapping[str, Sequence[str]]:
            found: dict[str, dict[str, None]] = {}
            for relation in relations:
                word, begin = _word(relation.relation), _ref(relation.begin)
                for end in map(_ref, relation.ends):
                    if word in _FORWARD:
                        found.setdefault(begin, {})[end] = None
                    elif word in _BACKWARD:
                        found.setdefault(end, {})[begin] = None
            return {ref: tuple(targets) for ref, targets in found.items()}

        return edges


def _inside(element: Element) -> list[Element]:
    """The elements that stand where an address is expected."""
    return [
        part
        for part in (element.begin, *element.ends, *element.roots, *element.elements, element.supplier)
        if isinstance(part, Element)
    ]


def _claims(element: Element) -> tuple[str | None, str | None, tuple[str | None, ...]]:
    """What an object says of a package; one that says nothing only points at it."""
    identifiers = (*element.identifiers, *element.more_identifiers)
    return (
        element.version,
        element.purl,
        tuple(part if isinstance(part, str) else part.identifier for part in identifiers),
    )


_NO_CLAIMS = (None, None, ())


def _ref(part: Element | str | None) -> str:
    return part.ref if isinstance(part, Element) else part or ""


def _word(relation: str | None) -> str:
    return (relation or "").replace("_", "").lower()


def _role(element: Element) -> str:
    kind = element.kind or ""
    if element.purpose is None and kind.endswith("AIPackage"):
        return "machine-learning-model"
    if element.purpose is None and kind.endswith("DatasetPackage"):
        return "data"
    return role(element.purpose)
