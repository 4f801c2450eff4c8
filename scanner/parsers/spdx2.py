"""What the four notations of SPDX 2 share: a document in SPDX's own words, and the components that it names.

Spec: SPDX 2.1 to 2.3, https://spdx.github.io/spdx-spec/v2.3/ (package information, relationships, Annex F for
external references). Files, snippets and licences are not read: they are no packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from scanner.model.component import Component, Graph, Item, Location, Problem, Scope, Subject
from scanner.parsers.claims import chosen, digest, needle, nothing, origin, role, settled, versioned

Unread = msgspec.Raw | msgspec.UnsetType
"""What we know and do not read. It is declared, and absent fields are left out when a struct is written again, so that
`json_text.repeats_nothing` can prove that a document says no key twice."""


class ExternalRef(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    reference_type: str | None = None
    reference_locator: str | None = None
    reference_category: Unread = msgspec.UNSET
    comment: Unread = msgspec.UNSET


class Checksum(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    algorithm: str | None = None
    checksum_value: str | None = None


class Package(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """A package, with what SPDX calls its fields; `package…` and `purl` are what some generators write instead."""

    spdx_id: str | None = msgspec.field(name="SPDXID", default=None)
    name: str | None = None
    package_name: str | None = None
    version_info: str | None = None
    package_version: str | None = None
    supplier: str | None = None
    package_supplier: str | None = None
    originator: str | None = None
    download_location: str | None = None
    homepage: str | None = None
    primary_package_purpose: str | None = None
    copyright_text: str | None = None
    purl: str | None = None
    external_refs: tuple[ExternalRef, ...] | None = None
    checksums: tuple[Checksum, ...] | None = None
    files_analyzed: Unread = msgspec.UNSET
    package_file_name: Unread = msgspec.UNSET
    package_verification_code: Unread = msgspec.UNSET
    source_info: Unread = msgspec.UNSET
    license_concluded: Unread = msgspec.UNSET
    license_declared: Unread = msgspec.UNSET
    license_comments: Unread = msgspec.UNSET
    license_info_from_files: Unread = msgspec.UNSET
    summary: Unread = msgspec.UNSET
    description: Unread = msgspec.UNSET
    comment: Unread = msgspec.UNSET
    attribution_texts: Unread = msgspec.UNSET
    annotations: Unread = msgspec.UNSET
    has_files: Unread = msgspec.UNSET
    built_date: Unread = msgspec.UNSET
    release_date: Unread = msgspec.UNSET
    valid_until_date: Unread = msgspec.UNSET


class Relationship(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    spdx_element_id: str | None = None
    relationship_type: str | None = None
    related_spdx_element: str | None = None
    comment: Unread = msgspec.UNSET


class CreationInfo(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    creators: tuple[str, ...] | None = None
    created: str | None = None
    license_list_version: Unread = msgspec.UNSET
    comment: Unread = msgspec.UNSET


class Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A document. `sbom` and `Document` are wrappers: GitHub's export, and SPDX 2.0's own schema."""

    spdx_id: str | None = msgspec.field(name="SPDXID", default=None)
    spdx_version: str | None = None
    name: str | None = None
    data_license: str | None = None
    document_namespace: str | None = None
    creation_info: CreationInfo | None = None
    packages: tuple[Package, ...] | None = None
    relationships: tuple[Relationship, ...] | None = None
    document_describes: tuple[str, ...] | None = None
    sbom: Document | None = None
    wrapped: Document | None = msgspec.field(name="Document", default=None)
    comment: Unread = msgspec.UNSET
    files: Unread = msgspec.UNSET
    snippets: Unread = msgspec.UNSET
    annotations: Unread = msgspec.UNSET
    external_document_refs: Unread = msgspec.UNSET
    has_extracted_licensing_infos: Unread = msgspec.UNSET

    @property
    def recognised(self) -> bool:
        """Whether anything says that this is SPDX at all."""
        return self.spdx_version is not None or self.spdx_id is not None or self.packages is not None


_USUAL = frozenset(("purl", "cpe23Type"))
# Relationships by the direction in which one package pulls in another. What builds, tests or documents a thing is
# pulled in by it, too: it ran on the machine that made it.
_FORWARD = frozenset(
    ("DEPENDS_ON", "CONTAINS", "HAS_PREREQUISITE", "DYNAMIC_LINK", "STATIC_LINK", "GENERATED_FROM", "DESCRIBES",
     "DESCRIBE")
)  # fmt: skip
_BACKWARD = frozenset(
    ("DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF", "BUILD_DEPENDENCY_OF", "DEV_DEPENDENCY_OF", "TEST_DEPENDENCY_OF",
     "OPTIONAL_DEPENDENCY_OF", "PROVIDED_DEPENDENCY_OF", "CONTAINED_BY", "PREREQUISITE_FOR", "PACKAGE_OF",
     "BUILD_TOOL_OF", "DEV_TOOL_OF", "TEST_TOOL_OF", "OPTIONAL_COMPONENT_OF", "GENERATES", "DESCRIBED_BY")
)  # fmt: skip
# Not evidence of being needed at run time: they only place a package in the document or name its origin.
_SILENT = frozenset(("DESCRIBES", "DESCRIBE", "DESCRIBED_BY", "GENERATED_FROM", "GENERATES"))
_SCOPES = {
    "BUILD_DEPENDENCY_OF": Scope.DEVELOPMENT,
    "DEV_DEPENDENCY_OF": Scope.DEVELOPMENT,
    "TEST_DEPENDENCY_OF": Scope.DEVELOPMENT,
    "BUILD_TOOL_OF": Scope.DEVELOPMENT,
    "DEV_TOOL_OF": Scope.DEVELOPMENT,
    "TEST_TOOL_OF": Scope.DEVELOPMENT,
    "OPTIONAL_DEPENDENCY_OF": Scope.OPTIONAL,
    "OPTIONAL_COMPONENT_OF": Scope.OPTIONAL,
    "PROVIDED_DEPENDENCY_OF": Scope.OPTIONAL,
}


def items(document: Document, *, where: str, lines: Sequence[int] = (), json: bool = False) -> Iterator[Item]:
    """Yield a component for each package, the subject where one package is described, and the graph.

    `lines` has the line of each package where the notation is read by line; `json` says how strings are written.
    """
    relationships = document.relationships or ()
    described = _described(document, relationships)
    scopes = _scopes(relationships)
    creators = (document.creation_info and document.creation_info.creators) or ()
    unpinned = "*" if any("GitHub.com-Dependency-Graph" in creator for creator in creators) else None
    refs: set[str] = set()
    again: list[str] = []
    subjects: list[Component] = []
    for number, package in enumerate(document.packages or ()):
        problems: list[tuple[str, bool]] = []
        ref = package.spdx_id or ""
        if ref in refs:
            again.append(ref)
            ref = f"{ref}#{number}"
        if ref:
            refs.add(ref)
        line = lines[number] if lines else None
        found = _component(
            package,
            Location(where, line) if lines else Location(where, None, _needle(package, json)),
            ref,
            scopes.get(ref, Scope.RUNTIME),
            None if ref in described else unpinned,
            problems,
        )
        yield found
        if ref in described:
            subjects.append(found)
        for what, harmless in problems:
            yield Problem(where=f"{where}: packages/{number}", what=what, line=line, harmless=harmless)
    if again:
        yield Problem(
            where=where,
            what=f"packages whose SPDXID another has already: {len(again)}, {again[0][:200]!r} for one",
            hint="relationships lead to the first of them",
            harmless=True,
        )
    if len(subjects) == 1:
        yield Subject(component=subjects[0])
    yield Graph(roots=tuple(described) or (document.spdx_id or "SPDXRef-DOCUMENT",), edges=_edges(relationships))


def remarks(document: Document, *, where: str) -> Iterator[Problem]:
    """What the specification demands and the document leaves out, as one harmless problem."""
    info = document.creation_info or CreationInfo()
    given = {
        "spdxVersion": document.spdx_version,
        "SPDXID": document.spdx_id,
        "name": document.name,
        "dataLicense": document.data_license,
        "documentNamespace": document.document_namespace,
        "creationInfo/created": info.created,
        "creationInfo/creators": info.creators,
    }
    packages = document.packages or ()
    lacking = {
        "SPDXID": sum(package.spdx_id is None for package in packages),
        "name": sum(package.name is None for package in packages),
        "downloadLocation": sum(package.download_location is None for package in packages),
    }
    if document.spdx_version in ("SPDX-2.1", "SPDX-2.2"):
        lacking["copyrightText"] = sum(package.copyright_text is None for package in packages)
    missing = [key for key, value in given.items() if value is None]
    missing += [f"{key} of {count} packages" for key, count in lacking.items() if count]
    if missing:
        yield Problem(where=where, what=f"the specification wants more: {', '.join(missing)}", harmless=True)


def _component(
    package: Package,
    location: Location,
    ref: str,
    scope: Scope,
    unpinned: str | None,
    problems: list[tuple[str, bool]],
) -> Component:
    version, constraint = versioned(package.version_info or package.package_version, unpinned)
    purls = [package.purl] if package.purl else []
    cpes: list[str] = []
    urls: list[str] = []
    native: str | None = None
    for reference in package.external_refs or ():
        locator = reference.reference_locator
        if not locator:
            continue
        kind = reference.reference_type or ""
        if kind not in _USUAL:
            kind = kind.rpartition("/")[2].lower()
        if kind == "purl":
            purls.append(locator)
        elif kind.startswith("cpe"):
            cpes.append(locator)
        elif kind in _NATIVE:
            native = native or _NATIVE[kind](locator)
        elif "://" in locator:
            urls.append(locator)
    if native is not None and not purls:
        purls.append(native)
    claimed, others = chosen(purls, version, problems)
    purl, version, constraint = settled(claimed, version, constraint, unpinned)
    download = nothing(package.download_location)
    homepage = None if package.homepage is None else nothing(package.homepage)
    name = package.name or package.package_name
    if not name:
        name = purl.name if purl is not None else ref or "(nameless)"
        problems.append(("a package without a name", purl is not None))
    return Component(
        name=name,
        version=version,
        constraint=constraint,
        purl=purl,
        location=location,
        scope=scope,
        origin=origin(purl, download),
        digests=tuple(
            [
                found
                for checksum in package.checksums or ()
                if (found := digest(checksum.algorithm, checksum.checksum_value)) is not None
            ]
        ),
        source_url=download,
        ref=ref,
        role=role(package.primary_package_purpose),
        cpes=tuple(cpes),
        supplier=nothing(package.supplier or package.package_supplier) or nothing(package.originator),
        urls=tuple(urls if homepage is None else [homepage, *urls]) + tuple(others),
    )


def _maven(locator: str) -> str:
    group, _, rest = locator.partition(":")
    artifact, _, version = rest.partition(":")
    return f"pkg:maven/{group}/{artifact}" + (f"@{version}" if version else "")


# Annex F's own words for packages of a registry, from before purls were among them.
_NATIVE: Mapping[str, Callable[[str], str]] = {
    "maven-central": _maven,
    "npm": lambda locator: f"pkg:npm/{locator.replace('@', '%40', 1) if locator.startswith('@') else locator}",
    "nuget": lambda locator: f"pkg:nuget/{locator.replace('/', '@', 1)}",
}


def _needle(package: Package, json: bool) -> str:
    claim = package.purl
    for reference in package.external_refs or ():
        if reference.reference_type == "purl":
            claim = reference.reference_locator
            break
    return needle(claim, package.spdx_id or package.name or package.package_name, json=json)


def _described(document: Document, relationships: Sequence[Relationship]) -> dict[str, None]:
    """What the document says that it is about, in order."""
    found: dict[str, None] = dict.fromkeys(ref for ref in document.document_describes or () if ref)
    for relationship in relationships:
        kind = relationship.relationship_type
        if kind in ("DESCRIBES", "DESCRIBE") and relationship.related_spdx_element:
            found[relationship.related_spdx_element] = None
        elif kind == "DESCRIBED_BY" and relationship.spdx_element_id:
            found[relationship.spdx_element_id] = None
    return found


def _scopes(relationships: Sequence[Relationship]) -> dict[str, Scope]:
    """What is needed only for development, or only as an option, by the relationships that name it directly."""
    weak: dict[str, Scope] = {}
    for relationship in relationships:
        scope = _SCOPES.get(relationship.relationship_type or "")
        if scope is not None and relationship.spdx_element_id:
            known = weak.setdefault(relationship.spdx_element_id, scope)
            if known is not scope:  # for development here, as an option there
                weak[relationship.spdx_element_id] = Scope.OPTIONAL
    if weak:
        for relationship in relationships:
            kind = relationship.relationship_type
            if kind in _SCOPES or kind in _SILENT:
                continue
            needed = relationship.related_spdx_element if kind in _FORWARD else None
            if kind in _BACKWARD:
                needed = relationship.spdx_element_id
            # Being part of the document, or of a package's files, is not being needed.
            if needed in weak and kind not in ("CONTAINS", "CONTAINED_BY"):
                del weak[needed]
    return weak


def _edges(relationships: Sequence[Relationship]) -> Callable[[], Mapping[str, Sequence[str]]]:
    def edges() -> Mapping[str, Sequence[str]]:
        found: dict[str, dict[str, None]] = {}
        for relationship in relationships:
            begin, end = relationship.spdx_element_id, relationship.related_spdx_element
            if not begin or not end:
                continue
            if relationship.relationship_type in _FORWARD:
                found.setdefault(begin, {})[end] = None
            elif relationship.relationship_type in _BACKWARD:
                found.setdefault(end, {})[begin] = None
        return {ref: tuple(targets) for ref, targets in found.items()}

    return edges
