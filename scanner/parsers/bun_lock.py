"""`bun.lock`: JSON with comments and trailing commas, lockfileVersion 0 to 2.

Spec: https://github.com/oven-sh/bun/blob/main/packages/bun-types/bun.d.ts (BunLockFile). A package's key is the path
of names under which it is installed (`debug/ms`), its value a tuple: specifier first, then by kind the registry's
address, an object with its dependencies, the integrity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import npm, npm_json
from scanner.parsers.source import Source
from scanner.shape import encoding

_ROOT = "."
_MAX_NAMES = 100
"""Longest path of names along which a dependency is looked for, upwards."""
_KINDS = ("dependencies", "optionalDependencies", "peerDependencies", "devDependencies")
# A string that never ends swallows the rest at once, so that no quote is tried twice.
_STRING = r'("[^"\\]*+(?:\\[\s\S][^"\\]*+)*+(?:"|\\?\Z))'
_COMMENT = re.compile(_STRING + r"|//[^\n]*+|/\*[\s\S]*?(?:\*/|\Z)")
_COMMA = re.compile(_STRING + r"|,(?=\s*+[}\]])")


class _Locked(NamedTuple):
    key: str
    name: str
    specifier: str
    """What stands behind the name: version, `workspace:packages/a`, `github:a/b#c`, …"""
    tuple_: list[Any]

    @property
    def info(self) -> dict[str, Any]:
        return next((part for part in self.tuple_ if isinstance(part, dict)), {})


def plain_json(data: bytes, where: str) -> bytes:
    """The document without comments and trailing commas; lines stay where they are."""
    text = encoding.text(data, where=where)
    if "//" in text or "/*" in text:
        text = _COMMENT.sub(lambda found: found[1] or " " + "\n" * found[0].count("\n"), text)
    return _COMMA.sub(r"\1", text).encode("utf-8", "surrogatepass")


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package; an entry that makes no sense becomes a `Problem`."""
    document, problems = npm_json.decode(plain_json(source.data, source.path), source.path)
    yield from problems
    if not isinstance(document, dict) or not ("packages" in document or "workspaces" in document):
        raise InputError("not a bun.lock: it has neither `packages` nor `workspaces`", where=source.path)
    spelling = npm_json.Spelling(source.data)
    workspaces: dict[str, dict[str, Any]] = {}
    for folder, member in npm_json.pairs(document.get("workspaces")):
        if isinstance(member, dict):
            workspaces.setdefault(folder, member)
        else:
            yield Problem(where=f"{source.path}: workspaces/{folder}", what="the entry is not an object")
    yield from _subject(workspaces.get("", {}), source.path, spelling)
    locked: list[_Locked] = []
    for key, value in npm_json.pairs(document.get("packages")):
        if isinstance(value, list) and value and isinstance(value[0], str) and npm.split(value[0])[1]:
            locked.append(_Locked(key, *npm.split(value[0]), value))
        else:
            yield Problem(where=f"{source.path}: packages/{key}", what="the entry does not begin with name@version")
    edges = _edges(workspaces, locked)
    scopes = _scopes(workspaces, locked, edges)
    for entry in locked:
        yield from _package(entry, scopes.get(entry.key, Scope.RUNTIME), workspaces, source.path, spelling)
    listed = {entry.specifier for entry in locked}
    for folder, member in workspaces.items():
        if folder and f"workspace:{folder}" not in listed and isinstance(member.get("name"), str) and member["name"]:
            yield _member(member["name"], folder, folder, workspaces, source.path, spelling)
    roots = (_ROOT, *(entry.key for entry in locked if entry.specifier.startswith("workspace:")))
    yield Graph(roots=roots, edges=lambda: edges)


def _subject(root: dict[str, Any], path: str, spelling: npm_json.Spelling) -> Iterator[Subject]:
    name, version = root.get("name"), root.get("version")
    if isinstance(name, str) and name:
        version = version if isinstance(version, str) and version else None
        yield Subject(
            component=Component(
                name=name, version=version, purl=npm.purl(name, version), origin=Origin.WORKSPACE, ref=_ROOT,
                location=Location(path, None, spelling.needle(name)), role="application",
            )
        )  # fmt: skip


def _member(
    name: str, folder: str, ref: str, workspaces: Mapping[str, Any], path: str, spelling: npm_json.Spelling
) -> Component:
    version = workspaces.get(folder, {}).get("version")
    version = version if isinstance(version, str) and version else None
    return Component(
        name=name, version=version, purl=npm.purl(name, version), origin=Origin.WORKSPACE, ref=ref,
        location=Location(path, None, spelling.needle(folder if folder in workspaces else ref)),
        source_url=f"workspace:{folder}",
    )  # fmt: skip


def _package(
    entry: _Locked, scope: Scope, workspaces: Mapping[str, Any], path: str, spelling: npm_json.Spelling
) -> list[Item]:
    name, specifier = entry.name, entry.specifier
    if specifier.startswith("workspace:"):
        return [_member(name, specifier[10:], entry.key, workspaces, path, spelling)]
    version = npm.exact(specifier)
    strings = [part for part in entry.tuple_[1:] if isinstance(part, str)]
    if version is not None:
        # The second part is empty for the default registry, else an address of another one.
        url = strings[0] if strings and "://" in strings[0] else None
        told = None if url is None else npm.origin(url)
        origin = Origin.GIT if told is Origin.GIT else Origin.REGISTRY
    else:
        url, origin = specifier, npm.origin(specifier)
    installed = _names(entry.key)[-1]
    component = Component(
        name=name, version=version, purl=npm.purl(name, version),
        constraint="*" if version is None and origin is Origin.REGISTRY else None,
        location=Location(path, None, spelling.needle(entry.key)), scope=scope, origin=origin, source_url=url,
        digests=tuple(part for part in strings if part.startswith(("sha1-", "sha256-", "sha384-", "sha512-"))),
        ref=entry.key, alias=installed if installed != name else None,
    )  # fmt: skip
    return [component, *npm.contradicted(component, path)]


def _names(key: str) -> list[str]:
    """`@a/b/c/@d/e` → `@a/b`, `c`, `@d/e`."""
    names: list[str] = []
    for piece in key.split("/"):
        if names and names[-1][:1] == "@" and "/" not in names[-1]:
            names[-1] = f"{names[-1]}/{piece}"
        else:
            names.append(piece)
    return names


def _edges(workspaces: Mapping[str, dict[str, Any]], locked: Sequence[_Locked]) -> dict[str, list[str]]:
    keys = {entry.key for entry in locked}
    folders = {entry.specifier[10:]: entry.key for entry in locked if entry.specifier.startswith("workspace:")}
    edges: dict[str, list[str]] = {}
    holders = [
        (_ROOT if folder == "" else folders.get(folder, folder), member) for folder, member in workspaces.items()
    ]
    for ref, holder in [*holders, *((entry.key, entry.info) for entry in locked)]:
        wanted = _wanted(holder)
        if wanted:
            above = _above("" if ref == _ROOT else ref)
            found = (_nearest(name, above, keys) for name in wanted)
            edges.setdefault(ref, []).extend(dict.fromkeys(key for key in found if key is not None))
    return edges


def _wanted(holder: dict[str, Any]) -> list[str]:
    """Names that it asks for; a peer that it merely tolerates pulls nothing in."""
    peers = holder.get("optionalPeers")
    tolerated = {name for name in peers if isinstance(name, str)} if isinstance(peers, list) else set()
    return [
        name
        for kind in _KINDS
        for name, _ in npm_json.pairs(holder.get(kind))
        if kind != "peerDependencies" or name not in tolerated
    ]


def _above(key: str) -> list[str]:
    """The paths at which a dependency of `key` may be installed, nearest first, each with its slash."""
    names = _names(key)[:_MAX_NAMES] if key else []
    return ["/".join(names[:count]) + "/" for count in range(len(names), 0, -1)] + [""]


def _nearest(name: str, above: Sequence[str], keys: set[str]) -> str | None:
    return next((prefix + name for prefix in above if prefix + name in keys), None)


def _scopes(
    workspaces: Mapping[str, dict[str, Any]], locked: Sequence[_Locked], edges: Mapping[str, Sequence[str]]
) -> dict[str, Scope]:
    """bun marks nothing: for development is what only `devDependencies` of the projects lead to, and so on."""
    keys = {entry.key for entry in locked}
    folders = {entry.specifier[10:]: entry.key for entry in locked if entry.specifier.startswith("workspace:")}
    members = set(folders.values())
    starts: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for folder, member in workspaces.items():
        above = _above(folders.get(folder, folder))
        for kind in _KINDS:
            found = (_nearest(name, above, keys) for name, _ in npm_json.pairs(member.get(kind)))
            starts[kind].update(key for key in found if key is not None)
    runtime = _reached(starts["dependencies"] | starts["peerDependencies"], edges, members)
    optional = _reached(starts["optionalDependencies"], edges, members) - runtime
    development = _reached(starts["devDependencies"], edges, members) - runtime - optional
    return dict.fromkeys(development, Scope.DEVELOPMENT) | dict.fromkeys(optional, Scope.OPTIONAL)


def _reached(start: set[str], edges: Mapping[str, Sequence[str]], members: set[str]) -> set[str]:
    """What `start` leads to. Members begin paths of their own, so nothing is followed through them."""
    reached = set(start)
    stack = list(start)
    while stack:
        key = stack.pop()
        for target in () if key in members else edges.get(key, ()):
            if target not in reached:
                reached.add(target)
                stack.append(target)
    return reached
