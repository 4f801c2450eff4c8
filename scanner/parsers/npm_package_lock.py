"""npm `package-lock.json`, `npm-shrinkwrap.json` and `node_modules/.package-lock.json`, lockfileVersion 1 to 3.

Spec: https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-lock-json.md. Version 3 has
`packages` (folder → entry), version 1 a tree of `dependencies` (name → entry), version 2 both, for old clients: where
they tell different stories, npm 6 and npm 7 install different things, and both stories are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import npm, npm_json
from scanner.parsers.source import Source

_FOLDER = "node_modules/"
_MAX_FOLDERS = 100
"""Deepest folder from which a dependency is looked for, upwards."""
_ROOT = "."
_FURTHER_KINDS = ("optionalDependencies", "peerDependencies", "devDependencies")
_KINDS = ("dependencies", *_FURTHER_KINDS)

Entries = list[tuple[str, str, dict[str, Any]]]
"""Version 1, flat and in document order: (folder, installed name, entry)."""


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked package; an entry that makes no sense becomes a `Problem`."""
    document, problems = npm_json.decode(source.data, source.path)
    yield from problems
    if not isinstance(document, dict):
        raise InputError("not an npm lock: it is no JSON object", where=source.path)
    spelling = npm_json.Spelling(source.data)
    packages = list(npm_json.pairs(document.get("packages")))
    yield from _subject(document, packages, source.path, spelling)
    twice = bool(packages) and "dependencies" in document
    keys: set[tuple[str, ...]] = set()
    read = _packages(packages, bool(problems), source.path, spelling)
    if twice:
        for item in read:
            if isinstance(item, Component):
                keys.add(_key(item))
            yield item
    else:
        yield from read
    tree: Entries = []
    older: set[tuple[str, ...]] = set()
    for item in _tree(document.get("dependencies"), tree, source.path, spelling):
        if not isinstance(item, Component):
            yield item
            continue
        older.add(_key(item))
        if not packages:
            yield item
        elif _key(item) not in keys:
            yield Problem(
                where=f"{source.path}: dependencies/{item.alias or item.name}",
                what=f"{item.name}@{item.version} stands only in `dependencies`, which npm 6 reads",
                hint="npm 7 and later read `packages`: one lock installs two different things",
            )
            yield item
    if tree and twice:
        yield from _only_in_packages(keys - older, source.path)
    if packages:
        yield Graph(roots=_roots(packages), edges=lambda: _package_edges(packages, bool(problems)))
    else:
        if "dependencies" not in document and "packages" not in document:
            raise InputError("not an npm lock: it has neither `packages` nor `dependencies`", where=source.path)
        yield Graph(roots=(_ROOT,), edges=lambda: _tree_edges(tree))


def _subject(
    document: dict[str, Any], packages: list[tuple[str, Any]], path: str, spelling: npm_json.Spelling
) -> Iterator[Item]:
    """The project itself: the entry "", or what the lock says of itself."""
    root = next((entry for key, entry in packages if key == "" and isinstance(entry, dict)), {})
    for holder in (root, *npm_json.readings(document)):
        name, version = holder.get("name"), holder.get("version")
        if isinstance(name, str) and name:
            version = version if isinstance(version, str) and version else None
            location = Location(path, None, spelling.needle(name))
            identity = npm.purl(name, version)
            yield Subject(
                component=Component(
                    name=name, version=version, purl=identity, location=location, origin=Origin.WORKSPACE,
                    ref=_ROOT, role="application",
                )
            )  # fmt: skip
            return


def _packages(packages: list[tuple[str, Any]], repeats: bool, path: str, spelling: npm_json.Spelling) -> Iterator[Item]:
    folders = {folder for folder, entry in packages if not (isinstance(entry, dict) and entry.get("link"))}
    # The hidden lock leaves the project itself out: a folder inside of it is taken for a member.
    members = "" not in folders or any(
        folder == "" and isinstance(entry, dict) and entry.get("workspaces") for folder, entry in packages
    )
    for folder, entry in packages:
        if folder == "":
            continue
        if not isinstance(entry, dict):
            yield Problem(where=f"{path}: packages/{folder}", what="the entry is not an object")
            continue
        component = None if repeats else _usual(folder, entry, path, spelling)
        if component is not None:
            yield component
            continue
        for reading in npm_json.readings(entry):
            # A link to a folder that has an entry of its own is said there.
            if reading.get("link") is True and reading.get("resolved") in folders:
                continue
            yield from _package(folder, reading, members, path, spelling)


def _usual(folder: str, entry: dict[str, Any], path: str, spelling: npm_json.Spelling) -> Component | None:
    """The entry of a registry's package under its own name, cheaply: nearly all are. `None` for `_package` to judge."""
    at = folder.rfind(_FOLDER)
    version, resolved = entry.get("version"), entry.get("resolved")
    if at < 0 or "name" in entry or "link" in entry or type(version) is not str or not version:
        return None
    name = folder[at + len(_FOLDER) :]
    if not name or (resolved is not None and not (type(resolved) is str and npm.serves(resolved, name, version))):
        return None
    return Component(
        name=name, version=version, purl=npm.purl(name, version), source_url=resolved, ref=folder,
        location=Location(path, None, spelling.needle(folder)),
        scope=_scope(entry) if "dev" in entry or "optional" in entry or "devOptional" in entry else Scope.RUNTIME,
        digests=npm.digests(entry.get("integrity")),
    )  # fmt: skip


def _package(folder: str, entry: dict[str, Any], members: bool, path: str, spelling: npm_json.Spelling) -> list[Item]:
    _, installed, name = folder.rpartition(_FOLDER)
    if not installed:
        name = folder.rpartition("/")[2]
    version, resolved, real = entry.get("version"), entry.get("resolved"), entry.get("name")
    alias = None
    if isinstance(real, str) and real:
        if installed and real != name:
            alias = name
        name = real
    if not name:
        return [Problem(where=f"{path}: packages/{folder}", what="the entry names no package")]
    if not isinstance(version, str) or not version:
        version = None
    if not isinstance(resolved, str) or not resolved:
        resolved = None
    usual = resolved is None or npm.serves(resolved, name, version)
    if not installed:
        origin = Origin.WORKSPACE if members and not folder.startswith("../") else Origin.PATH
    elif entry.get("link") is True:
        origin = Origin.PATH
    else:
        origin = Origin.REGISTRY if usual or resolved is None else npm.origin(resolved)
    needle = spelling.needle(folder) if installed else spelling.opening(folder)
    component = Component(
        name=name, version=version, constraint="*" if version is None and origin is Origin.REGISTRY else None,
        purl=npm.purl(name, version), location=Location(path, None, needle), scope=_scope(entry),
        origin=origin, digests=npm.digests(entry.get("integrity")), source_url=resolved, ref=folder, alias=alias,
    )  # fmt: skip
    items: list[Item] = [component]
    if version is None and ((installed and origin is not Origin.PATH) or entry.get("version") is not None):
        items.append(Problem(where=f"{path}: packages/{folder}", what=f"{name} has no version that could be read"))
    return items + npm.contradicted(component, f"{path}: packages/{folder}")


def _scope(entry: dict[str, Any]) -> Scope:
    """`devOptional`: for development, and as an optional part of something that runs."""
    if "dev" in entry and entry["dev"] is True:
        return Scope.DEVELOPMENT
    if entry.get("optional") is True or entry.get("devOptional") is True:
        return Scope.OPTIONAL
    return Scope.RUNTIME


def _tree(dependencies: Any, tree: Entries, path: str, spelling: npm_json.Spelling) -> Iterator[Item]:
    """Yield the components of version 1 in document order, and fill `tree`. A list is the stack: no depth hurts it."""
    stack = [("", npm_json.pairs(dependencies))]
    while stack:
        parent, entries = stack[-1]
        name, entry = next(entries, ("", None))
        if name == "" and entry is None:
            stack.pop()
            continue
        folder = f"{parent}/{_FOLDER}{name}" if parent else f"{_FOLDER}{name}"
        if not isinstance(entry, dict):
            yield Problem(where=f"{path}: dependencies/{name}", what="the entry is not an object")
            continue
        for reading in npm_json.readings(entry):
            tree.append((folder, name, reading))
            yield from _old_entry(folder, name, reading, path, spelling)
        # Beyond the limit, folders are no longer told apart: names nested without end must not cost their square.
        stack.append((folder if len(stack) < _MAX_FOLDERS else parent, npm_json.pairs(entry.get("dependencies"))))


def _old_entry(folder: str, name: str, entry: dict[str, Any], path: str, spelling: npm_json.Spelling) -> list[Item]:
    version, resolved = entry.get("version"), entry.get("resolved")
    where = f"{path}: dependencies/{name}"
    if not name:
        return [Problem(where=where, what="the entry names no package")]
    said = version if isinstance(version, str) else ""
    asked = npm.wanted(name, said) if ":" in said or "/" in said else npm.Wanted(name, Origin.REGISTRY, said or None)
    origin = asked.origin
    if not isinstance(resolved, str) or not resolved:
        resolved = asked.url
    elif origin is Origin.REGISTRY and not npm.serves(resolved, asked.name, asked.version):
        origin = npm.origin(resolved)
    component = Component(
        name=asked.name, version=asked.version, purl=npm.purl(asked.name, asked.version),
        constraint="*" if asked.version is None and origin is Origin.REGISTRY else None,
        location=Location(path, None, spelling.opening(name)), scope=_scope(entry), origin=origin,
        digests=npm.digests(entry.get("integrity")), source_url=resolved, ref=folder,
        alias=name if asked.name != name else None,
    )  # fmt: skip
    items: list[Item] = [component]
    if not said:
        items.append(Problem(where=where, what=f"{name} has no version that could be read"))
    return items + npm.contradicted(component, where)


def _key(component: Component) -> tuple[str, ...]:
    """What must be the same in both halves of version 2. Of members and folders only the name stands in both."""
    match component.origin:
        case Origin.REGISTRY:
            return component.name, component.version or ""
        case Origin.GIT | Origin.URL:
            return (component.source_url or "",)
        case _:
            return ("", component.alias or component.name)


def _only_in_packages(keys: set[tuple[str, ...]], path: str) -> Iterator[Problem]:
    for key in sorted(keys):
        if key[0] == "":  # members: the older half leaves out those that nobody needs
            continue
        yield Problem(
            where=path,
            what=f"{'@'.join(key)} stands only in `packages`, which npm 7 and later read",
            hint="npm 6 reads `dependencies`: one lock installs two different things",
        )


def _roots(packages: list[tuple[str, Any]]) -> tuple[str, ...]:
    return (_ROOT, *dict.fromkeys(folder for folder, _ in packages if folder and _FOLDER not in folder))


class _Tree:
    """Finds what a folder's requirement leads to, as Node does: its own `node_modules`, then those of each above it."""

    def __init__(self, targets: Mapping[str, str]) -> None:
        self._top: dict[str, str] = {}
        """Installed name → ref, for what lies in the project's own `node_modules`: nearly everything."""
        self._nested: dict[str, dict[str, str]] = {}
        """Installed name → folder that holds it → ref, for what lies elsewhere, too."""
        begin = len(_FOLDER)
        for folder, target in targets.items():
            at = folder.rfind(_FOLDER)
            if at == 0:
                self._top[folder[begin:]] = target
            elif at > 0:
                self._nested.setdefault(folder[at + begin :], {})[folder[:at].removesuffix("/")] = target

    def resolve(self, folder: str, names: Collection[str]) -> list[str]:
        top = self._top
        if not self._nested or self._nested.keys().isdisjoint(names):
            return list(filter(None, map(top.get, names)))
        above = _above(folder)
        return [ref for name in names if (ref := self._nearest(above, name)) is not None]

    def _nearest(self, above: Sequence[str], name: str) -> str | None:
        held = self._nested.get(name, {})
        return next((held[holder] for holder in above if holder in held), None) or self._top.get(name)


def _above(folder: str) -> list[str]:
    above: list[str] = []
    while folder and len(above) < _MAX_FOLDERS:
        above.append(folder)
        folder = folder.rpartition("/")[0]
    return above


def _package_edges(packages: list[tuple[str, Any]], repeats: bool) -> Mapping[str, Sequence[str]]:
    targets = {folder: folder for folder, _ in packages}
    for folder, entry in packages:
        if isinstance(entry, dict) and "link" in entry and entry["link"] is True:
            linked = entry.get("resolved")
            targets[folder] = linked if isinstance(linked, str) and linked else folder
    tree = _Tree(targets)
    edges: dict[str, list[str]] = {}
    for folder, entry in packages:
        if not isinstance(entry, dict) or ("link" in entry and entry["link"] is True):
            continue
        for reading in npm_json.readings(entry) if repeats else (entry,):
            resolved = tree.resolve(folder, _wanted(reading))
            found = edges.setdefault(folder or _ROOT, resolved)
            if found is not resolved:  # the same folder again
                found += resolved
    return _with_root(edges, [folder for folder, _ in packages if folder.startswith(_FOLDER)], targets)


def _wanted(entry: dict[str, Any]) -> Collection[str]:
    """Names that an entry asks for; a peer that it merely tolerates pulls nothing in."""
    wanted: Collection[str] = ()
    if entry.keys().isdisjoint(_FURTHER_KINDS):  # nearly all
        return _names(entry["dependencies"]) if "dependencies" in entry else wanted
    for kind in _KINDS:
        if kind not in entry:
            continue
        names = _names(entry[kind])
        if kind == "peerDependencies" and "peerDependenciesMeta" in entry:
            meta = npm_json.pairs(entry["peerDependenciesMeta"])
            tolerated = {name for name, said in meta if isinstance(said, dict) and said.get("optional") is True}
            names = [name for name in names if name not in tolerated]
        wanted = [*wanted, *names] if wanted else names
    return wanted


def _names(asked: Any) -> Collection[str]:
    if type(asked) is dict:
        return asked
    return [name for mapping in npm_json.each(asked) if isinstance(mapping, dict) for name in mapping]


def _tree_edges(entries: Entries) -> Mapping[str, Sequence[str]]:
    targets = {folder: folder for folder, _, _ in entries}
    tree = _Tree(targets)
    edges: dict[str, list[str]] = {}
    for folder, _, entry in entries:
        edges.setdefault(folder, []).extend(tree.resolve(folder, _names(entry.get("requires"))))
    return _with_root(edges, [folder for folder, _, _ in entries if folder.count(_FOLDER) == 1], targets)


def _with_root(
    edges: dict[str, list[str]], top: Sequence[str], targets: Mapping[str, str]
) -> Mapping[str, Sequence[str]]:
    """Version 1 and the hidden lock do not say what the project itself asks for: what nobody else asks for."""
    if not edges.get(_ROOT):
        asked = {target for found in edges.values() for target in found}
        edges[_ROOT] = [targets[folder] for folder in dict.fromkeys(top) if targets[folder] not in asked]
    return edges
