"""syft JSON, schemas 1 to 16.

Spec: https://github.com/anchore/syft/tree/main/schema/json; relationships: syft's `artifact` package
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Problem, Subject
from scanner.model.purl import Purl
from scanner.parsers.claims import chosen, digest, needle, origin, settled, text, versioned
from scanner.parsers.source import Source
from scanner.shape import json_text


class _Place(msgspec.Struct, frozen=True, gc=False):
    path: str | None = None


class _Cpe(msgspec.Struct, frozen=True, gc=False):
    cpe: str | None = None


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    """What the catalogers of many ecosystems add; where they disagree about a type, it is looked at later."""

    digest: Any = None
    """Java archives: a list of algorithm and value."""
    integrity: Any = None
    resolved: Any = None
    h1_digest: Any = None
    checksum: Any = None
    sha512: Any = None
    dist: Any = None
    url: Any = None
    homepage: Any = None
    vendor: Any = None
    maintainer: Any = None
    source: Any = None
    origin_package: Any = None


class _Artifact(msgspec.Struct, frozen=True):
    id: str | None = None
    name: str | None = None
    version: str | None = None
    type: str | None = None
    purl: str | None = None
    cpes: tuple[str | _Cpe, ...] | None = None
    locations: tuple[_Place | str, ...] | None = None
    metadata: _Metadata | None = None


class _Relationship(msgspec.Struct, frozen=True, gc=False):
    parent: str | None = None
    child: str | None = None
    type: str | None = None


class _Distro(msgspec.Struct, frozen=True, gc=False):
    id: str | None = None
    name: str | None = None
    version: str | None = None
    version_id: str | None = msgspec.field(name="versionID", default=None)

    @property
    def qualifier(self) -> str | None:
        """As syft itself writes it into purls since 0.30: `alpine-3.12.12`."""
        name = self.id or self.name
        version = self.version_id or self.version
        return f"{name.lower()}-{version}" if name and version else None


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    artifacts: tuple[_Artifact, ...] | None = None
    artifact_relationships: tuple[_Relationship, ...] | None = None
    source: Any = None
    distro: _Distro | None = None


def parse(source: Source) -> Iterator[Item]:
    """Yield each artifact; the typed reading is the fast one, and anything unusual takes the other."""
    try:
        document: _Document = json_text.typed(source.data, _Document, where=source.path)
        repeated = json_text.duplicates(source.data, where=source.path)
    except InputError:
        yield from _unusual(source)
        return
    if repeated or document.artifacts is None:
        yield from _unusual(source)
    else:
        yield from _items(document, source.path)


def _unusual(source: Source) -> Iterator[Item]:
    read = 0
    repeated: dict[str, None] = {}
    try:
        for value in json_text.documents_with_repeats(source.data, where=source.path, numbers_as_text=True):
            if not isinstance(value, dict) or "artifacts" not in value:
                raise InputError("no syft document: it has no artifacts", where=source.path)
            yield from _loose(value, source.path)
            read += 1
            repeated |= dict.fromkeys(json_text.repeated_keys(value))
    except InputError as error:
        if not read:
            raise
        yield Problem(where=source.path, what=f"behind the document: {error.what}")
    if read > 1:
        yield Problem(where=source.path, what=f"{read} JSON documents in one file", hint="all of them were read")
    if repeated:
        yield Problem(
            where=source.path,
            what=f"keys that an object says more than once: {', '.join(key[:100] for key in list(repeated)[:10])}",
            hint="readers differ in which value they take; all were read",
        )


def _loose(value: Mapping[str, Any], where: str) -> Iterator[Item]:
    """A document of plain values, artifact by artifact."""
    problems: list[Problem] = []
    artifacts: list[_Artifact] = []
    for number, entry in enumerate(_listed(value, "artifacts")):
        place = f"{where}: artifacts/{number}"
        if not isinstance(entry, dict):
            problems.append(Problem(where=place, what="an artifact that is no object"))
            continue
        for reading in json_text.readings(entry):
            plain = {key: text(reading.get(key)) for key in ("id", "name", "version", "type", "purl")}
            try:
                artifacts.append(msgspec.convert({**reading, **plain}, _Artifact))
            except msgspec.ValidationError as error:
                problems.append(Problem(where=place, what=f"unexpected content: {error}"))
                artifacts.append(msgspec.convert(plain, _Artifact))
    relationships = tuple(
        _Relationship(text(entry.get("parent")), text(entry.get("child")), text(entry.get("type")))
        for entry in _listed(value, "artifactRelationships")
        if isinstance(entry, dict)
    )
    distro = json_text.readings(value.get("distro"))[0]
    given = {key: text(item) for key, item in distro.items()} if isinstance(distro, dict) else {}
    document = _Document(
        artifacts=tuple(artifacts),
        artifact_relationships=relationships,
        source=json_text.readings(value.get("source"))[0],
        distro=_Distro(given.get("id"), given.get("name"), given.get("version"), given.get("versionID")),
    )
    yield from _items(document, where)
    yield from problems


def _listed(value: Mapping[str, Any], key: str) -> list[Any]:
    given = value.get(key)
    lists = given if isinstance(given, json_text.Repeated) else [given]
    return [entry for part in lists if isinstance(part, list) for entry in part]


def _items(document: _Document, where: str) -> Iterator[Item]:
    subject = _subject(document.source, where)
    distro = document.distro.qualifier if document.distro is not None else None
    refs: set[str] = {subject.ref}
    again: list[str] = []
    for number, artifact in enumerate(document.artifacts or ()):
        problems: list[tuple[str, bool]] = []
        ref = artifact.id or ""
        if ref in refs:
            again.append(ref)
            ref = f"{ref}#{number}"
        if ref:
            refs.add(ref)
        yield _component(artifact, where, ref, distro, problems)
        for what, harmless in problems:
            yield Problem(where=f"{where}: artifacts/{number}", what=what, harmless=harmless)
    if again:
        what = f"artifacts whose id another has already: {len(again)}, {again[0][:200]!r} for one"
        yield Problem(where=where, what=what, hint="relationships lead to the first of them", harmless=True)
    yield Subject(component=subject)
    yield Graph(roots=(subject.ref,), edges=_edges(document.artifact_relationships or ()))


def _component(
    artifact: _Artifact, where: str, ref: str, distro: str | None, problems: list[tuple[str, bool]]
) -> Component:
    metadata = artifact.metadata or _Metadata()
    version, constraint = versioned(artifact.version)
    claimed, others = chosen([artifact.purl] if artifact.purl else [], version, problems)
    purl, version, constraint = settled(claimed, version, constraint)
    if purl is not None:
        purl = _placed(purl, distro, metadata)
    if not artifact.name:
        problems.append(("an artifact without a name", purl is not None))
    cpes = (item if isinstance(item, str) else item.cpe for item in artifact.cpes or ())
    paths = (place if isinstance(place, str) else place.path for place in artifact.locations or ())
    homepage = metadata.homepage or metadata.url
    resolved = metadata.resolved or (metadata.dist.get("url") if isinstance(metadata.dist, dict) else None)
    download = resolved if isinstance(resolved, str) and resolved else None
    maker = metadata.vendor or metadata.maintainer
    return Component(
        name=artifact.name or (purl.name if purl is not None else ref or "(nameless)"),
        version=version,
        constraint=constraint,
        purl=purl,
        location=Location(where, None, needle(artifact.purl, artifact.id or artifact.name, json=True)),
        origin=origin(purl, download),
        digests=tuple(_digests(metadata)),
        source_url=download,
        ref=ref,
        cpes=tuple(dict.fromkeys(cpe for cpe in cpes if cpe)),
        supplier=maker if isinstance(maker, str) and maker else None,
        urls=tuple(
            dict.fromkeys(
                item for item in (homepage, *paths, *others) if isinstance(item, str) and item and item != download
            )
        ),
    )


def _placed(purl: Purl, distro: str | None, metadata: _Metadata) -> Purl:
    """A system package's purl with what early syft left beside it: distribution and source package."""
    kind, namespace = purl.type, purl.namespace
    if kind == "alpine":  # syft before 0.30 made a type of it
        kind, namespace = "apk", "alpine"
    if kind not in ("apk", "deb", "rpm"):
        return purl
    qualifiers = dict(purl.qualifiers)
    source = metadata.source or metadata.origin_package
    if distro is not None:
        qualifiers.setdefault("distro", distro)
    if isinstance(source, str) and source and source != purl.name:
        qualifiers.setdefault("upstream", source)
    return Purl(kind, namespace, purl.name, purl.version, tuple(sorted(qualifiers.items())), purl.subpath)


def _digests(metadata: _Metadata) -> Iterator[str]:
    if isinstance(metadata.digest, list):
        for entry in metadata.digest:
            if isinstance(entry, dict):
                found = digest(text(entry.get("algorithm")), text(entry.get("value")))
                if found is not None:
                    yield found
    if isinstance(metadata.integrity, str):
        yield from metadata.integrity.split()
    if isinstance(metadata.h1_digest, str) and metadata.h1_digest:
        yield metadata.h1_digest
    if isinstance(metadata.sha512, str) and metadata.sha512:
        yield metadata.sha512
    if isinstance(metadata.checksum, str) and len(metadata.checksum) == 64:  # Cargo's
        yield f"sha256:{metadata.checksum.lower()}"
    if isinstance(metadata.dist, dict) and (found := digest("sha1", text(metadata.dist.get("shasum")))) is not None:
        yield found


def _subject(source: Any, where: str) -> Component:
    """The image, folder or file that was catalogued."""
    given = source if isinstance(source, dict) else {}
    target = given.get("metadata") or given.get("target")
    if not isinstance(target, dict):
        target = {"userInput": target}
    kind = text(given.get("type"))
    manifest = text(target.get("manifestDigest"))
    asked = text(target.get("userInput")) or text(target.get("path"))
    return Component(
        name=text(given.get("name")) or asked or ".",
        version=text(given.get("version")) or None,
        purl=None,
        location=Location(where, None, needle(asked, None, json=True)),
        digests=(manifest,) if manifest else (),
        ref=text(given.get("id")) or ".",
        role="container" if kind == "image" else "file" if kind == "file" else "application",
    )


def _edges(relationships: Sequence[_Relationship]) -> Callable[[], Mapping[str, Sequence[str]]]:
    def edges() -> Mapping[str, Sequence[str]]:
        found: dict[str, dict[str, None]] = {}
        for relationship in relationships:
            parent, child = relationship.parent, relationship.child
            if not parent or not child:
                continue
            if relationship.type in ("contains", "ownership-by-file-overlap"):
                found.setdefault(parent, {})[child] = None
            elif relationship.type == "dependency-of":
                found.setdefault(child, {})[parent] = None
        return {ref: tuple(targets) for ref, targets in found.items()}

    return edges
