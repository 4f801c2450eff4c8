"""`pnpm-lock.yaml`, lockfileVersion 5 to 9.

Spec: https://github.com/pnpm/spec/tree/master/lockfile. A package's key is `/name/1.0.0_peers` (5),
`/name@1.0.0(peers)` (6) or `name@1.0.0` (9, where `snapshots` holds one entry a set of peers, with the dependencies).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope
from scanner.parsers import npm, npm_json, pnpm_layout
from scanner.parsers.pnpm_layout import Document
from scanner.parsers.source import Source
from scanner.shape import encoding, times, yaml_text

_MAX_PNPM = 128 * 1024 * 1024
_KINDS = ("dependencies", "optionalDependencies", "devDependencies")


class _Edge(NamedTuple):
    owner: str
    kind: str
    name: str
    """Under which the dependency is installed."""
    target: str
    """Key of a package, folder of a member, or `link:` and a folder."""


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package with its line; an entry that makes no sense becomes a `Problem`."""
    if len(source.data) > _MAX_PNPM:
        raise InputError(f"{len(source.data)} bytes of pnpm-lock.yaml", where=source.path)
    text = encoding.text(source.data, where=source.path)
    documents = pnpm_layout.read(text)
    if documents is None:
        documents = _load(source, text)
    if not documents:
        raise InputError("the file is empty", where=source.path)
    for document in documents:
        yield from _document(document, source.path)


def _load(source: Source, text: str) -> list[Document]:
    """The same by the real loader, for what is not in pnpm's own layout."""
    spelled: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        spelled.setdefault(line.strip().rstrip(":").strip("'\""), number)
    documents = []
    for value, repeats in yaml_text.documents_with_repeats(source.data, where=source.path):
        if not isinstance(value, dict):
            raise InputError("not a pnpm lock: it is no mapping", where=source.path)
        documents.append(Document(value, {}, list(repeats)))
    if len(documents) == 1 and documents[0].repeats:
        documents[0].value = yaml_text.value_with_repeats(source.data, where=source.path)
    for document in documents:
        for section in ("packages", "importers"):
            for key, _ in npm_json.pairs(document.value.get(section)):
                if key in spelled:
                    document.lines[section, key] = spelled[key]
    return documents


def _document(document: Document, path: str) -> Iterator[Item]:
    value = document.value
    if "lockfileVersion" not in value and "packages" not in value:
        raise InputError("not a pnpm lock: it has no lockfileVersion", where=path)
    for key, number in document.repeats:
        yield Problem(where=path, what=f"says {key[:200]} more than once", line=number, hint="all were read")
    importers = _importers(value)
    packages: dict[str, list[dict[str, Any]]] = {}
    for key, entry in npm_json.pairs(value.get("packages")):
        if isinstance(entry, dict):
            packages.setdefault(key, []).extend(npm_json.readings(entry))
        else:
            known = document.lines.get(("packages", key))
            yield Problem(where=f"{path}: packages/{key}", what="the entry is not a mapping", line=known)
    edges = list(_edges(value, importers, packages))
    yield from _members(edges, importers, document, path)
    aliases = {edge.target: edge.name for edge in reversed(edges)}
    modern = "snapshots" in value
    scopes = _scopes(edges, importers, value) if modern else {}
    dates = value.get("time") if isinstance(value.get("time"), dict) else None
    for key, entries in packages.items():
        line = document.lines.get(("packages", key))
        for entry in entries:
            items = _package(key, entry, importers, modern, aliases.get(key), scopes.get(key), line, path)
            yield from items if dates is None else (_dated(item, dates, key) for item in items)
    yield Graph(roots=tuple(importers), edges=lambda: _grouped(edges))


def _importers(value: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Folder → what the project in it asks for. A lock of one project may say it at the top."""
    importers: dict[str, list[dict[str, Any]]] = {}
    for folder, importer in npm_json.pairs(value.get("importers")):
        importers.setdefault(folder, []).extend(npm_json.readings(importer) if isinstance(importer, dict) else ())
    return importers or {".": npm_json.readings({kind: value[kind] for kind in _KINDS if kind in value})}


def _package(
    key: str, entry: dict[str, Any], importers: Mapping[str, Any], modern: bool, alias: str | None,
    scope: Scope | None, line: int | None, path: str,
) -> list[Item]:  # fmt: skip
    name, version = _identity(key, modern)
    if "name" in entry or "version" in entry:  # what came from elsewhere says who it is
        name, version = _text(entry, "name") or name, _text(entry, "version") or version
    if not name:
        return [Problem(where=f"{path}: packages/{key}", what="the key names no package", line=line)]
    resolution = entry.get("resolution")
    origin, url, integrity = _resolution(resolution if isinstance(resolution, dict) else {}, key, importers)
    if not version and modern and origin is not Origin.REGISTRY:
        url = url or npm.split(_bare(key))[1]
    if scope is None:
        scope = Scope.DEVELOPMENT if entry.get("dev") == "true" else Scope.RUNTIME
        if scope is Scope.RUNTIME and entry.get("optional") == "true":
            scope = Scope.OPTIONAL
    component = Component(
        name=name, version=version or None, purl=npm.purl(name, version),
        constraint="*" if not version and origin is Origin.REGISTRY else None, location=Location(path, line),
        scope=scope, origin=origin, digests=npm.digests(integrity), source_url=url, ref=key,
        alias=alias if alias != name else None,
    )  # fmt: skip
    items: list[Item] = [component]
    if not version and origin is Origin.REGISTRY:
        what = f"{name} has no version that could be read"
        items.append(Problem(where=f"{path}: packages/{key}", what=what, line=line))
    return items if url is None else items + npm.contradicted(component, path)


def _dated(item: Item, dates: Mapping[str, Any], key: str) -> Item:
    """With the date that `time` gives: it is written where versions are chosen by date."""
    said = dates.get(key) or dates.get(_bare(key))
    published = times.utc(said) if isinstance(item, Component) else None
    return item if published is None else msgspec.structs.replace(item, published=published)


def _text(entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    return value if isinstance(value, str) and value else None


def _bare(key: str) -> str:
    """Without the peers in brackets."""
    return key.partition("(")[0]


def _identity(key: str, modern: bool) -> tuple[str, str]:
    """Name and version out of a package's key; "" where the key does not tell."""
    bare = _bare(key)
    if modern:
        name, version = npm.split(bare)
        if version.startswith("runtime:"):
            version = version[8:]
        return name, "" if ":" in version or "/" in version else version
    if not bare.startswith("/"):
        # Another registry's packages are prefixed with its host. `github.com/owner/repository/commit` looks the same,
        # but has its name and version inside.
        host, _, bare = bare.partition("/")
        if ":" in host or not bare:
            return posixpath.basename(key.rpartition(":")[2]), ""
        bare = f"/{bare}"
    pieces = bare.split("/")[1:]
    name = pieces.pop(0)
    if name[:1] == "@" and pieces:
        name = f"{name}/{pieces.pop(0)}"
    at = name.find("@", 1)
    if at > 0:
        return name[:at], name[at + 1 :]
    version = pieces[0] if pieces else ""
    return name, version.partition("_")[0] if version[:1].isdigit() else ""


def _resolution(
    resolution: Mapping[str, Any], key: str, importers: Mapping[str, Any]
) -> tuple[Origin, str | None, str | None]:
    """Origin, address and integrity of one package."""
    integrity = _text(resolution, "integrity")
    if integrity is not None and len(resolution) == 1 and "://" not in key and "file:" not in key:
        return Origin.REGISTRY, None, integrity
    repository, commit = _text(resolution, "repo"), _text(resolution, "commit")
    if repository:
        return Origin.GIT, f"{repository}#{commit}" if commit else repository, integrity
    directory = _text(resolution, "directory")
    if directory is not None:
        member = posixpath.normpath(directory) in importers
        return Origin.WORKSPACE if member else Origin.PATH, directory, integrity
    tarball = _text(resolution, "tarball")
    if tarball is not None:
        return npm.origin(tarball), tarball, integrity
    address = npm.split(_bare(key))[1]
    if "://" in address or address.startswith("file:"):
        return npm.origin(address), address, integrity
    if key.startswith("file:"):
        return Origin.PATH, key, integrity
    return Origin.REGISTRY, None, integrity


def _edges(
    value: dict[str, Any], importers: Mapping[str, list[dict[str, Any]]], packages: Mapping[str, Any]
) -> Iterator[_Edge]:
    owners: list[tuple[str, dict[str, Any]]] = [(folder, one) for folder, all_ in importers.items() for one in all_]
    owners += [(key, entry) for key, entries in packages.items() for entry in entries]
    for key, snapshot in npm_json.pairs(value.get("snapshots")):
        if isinstance(snapshot, dict):
            owners += [(_bare(key), reading) for reading in npm_json.readings(snapshot)]
    for owner, holder in owners:
        for kind in _KINDS:
            if kind not in holder or (kind == "devDependencies" and owner not in importers):
                continue
            for name, wanted in npm_json.pairs(holder[kind]):
                ref = (
                    wanted
                    if isinstance(wanted, str)
                    else _text(wanted, "version")
                    if isinstance(wanted, dict)
                    else None
                )
                if ref:
                    yield _Edge(owner, kind, name, _target(owner, name, ref, importers, packages))


def _target(owner: str, name: str, ref: str, importers: Mapping[str, Any], packages: Mapping[str, Any]) -> str:
    if ref.startswith("link:"):
        folder = posixpath.normpath(posixpath.join(owner, ref[5:]) if owner in importers else ref[5:])
        return folder if folder in importers else f"link:{folder}"
    bare = _bare(ref)
    for key in (f"{name}@{bare}", f"/{name}@{ref}", f"/{name}/{ref}", ref, bare):
        if key in packages:
            return key
    return f"{name}@{bare}"


def _members(
    edges: Sequence[_Edge], importers: Mapping[str, Any], document: Document, path: str
) -> Iterator[Component]:
    """Members and linked folders, under the names by which others ask for them: the lock gives no other."""
    seen: set[tuple[str, str]] = set()
    for edge in edges:
        member = edge.target in importers
        if not (member or edge.target.startswith("link:")) or (edge.name, edge.target) in seen:
            continue
        seen.add((edge.name, edge.target))
        line = document.lines.get(("importers", edge.target if member else edge.owner))
        yield Component(
            name=edge.name, version=None, purl=npm.purl(edge.name, None), location=Location(path, line),
            origin=Origin.WORKSPACE if member else Origin.PATH, ref=edge.target,
            source_url=f"link:{edge.target}" if member else edge.target,
        )  # fmt: skip


def _scopes(edges: Sequence[_Edge], importers: Mapping[str, Any], value: dict[str, Any]) -> dict[str, Scope]:
    """Version 9 no longer marks what is for development: what only `devDependencies` of the projects lead to."""
    onward: dict[str, list[str]] = {}
    runtime: list[str] = []
    development: list[str] = []
    for edge in edges:
        if edge.owner not in importers:
            onward.setdefault(edge.owner, []).append(edge.target)
        else:
            (development if edge.kind == "devDependencies" else runtime).append(edge.target)
    needed = _reached(runtime, onward)
    scopes = dict.fromkeys(_reached(development, onward) - needed, Scope.DEVELOPMENT)
    mandatory: set[str] = set()
    optional: set[str] = set()
    for key, snapshot in npm_json.pairs(value.get("snapshots")):
        flagged = isinstance(snapshot, dict) and snapshot.get("optional") == "true"
        (optional if flagged else mandatory).add(_bare(key))
    for key in optional - mandatory:
        scopes.setdefault(key, Scope.OPTIONAL)
    return scopes


def _reached(start: Sequence[str], onward: Mapping[str, Sequence[str]]) -> set[str]:
    reached = set(start)
    stack = list(reached)
    while stack:
        for target in onward.get(stack.pop(), ()):
            if target not in reached:
                reached.add(target)
                stack.append(target)
    return reached


def _grouped(edges: Sequence[_Edge]) -> Mapping[str, Sequence[str]]:
    grouped: dict[str, dict[str, None]] = {}
    for edge in edges:
        grouped.setdefault(edge.owner, {})[edge.target] = None
    return {owner: list(targets) for owner, targets in grouped.items()}
