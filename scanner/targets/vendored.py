"""A tree → the vendored and installed packages in it: which folder is whose copy, and which claims to be what.

The layouts of npm (nested, scoped, pnpm's store), pip and its `_vendor`, Go, cargo, Composer, Bundler, NuGet, git
submodules, and any other folder below `third_party` and its like. One pass over the paths; of files, only manifests
are read, and bounded. What a manifest says is a claim: nothing here believes it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Location
from scanner.model.purl import Purl
from scanner.model.tree import Tree
from scanner.model.vendored import Package, Vendored
from scanner.shape import encoding, json_text, toml_text
from scanner.targets import vendored_python
from scanner.targets.vendored_places import ARCHIVES, CONTAINER, Further, container, hint, nowhere

# Anywhere else these are somebody's data.
_ARCHIVES_OF_ACONTAINER = (".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".zip")
_NUGET = re.compile(r"(?:^|/)packages/[^/]+/[^/]+\.(?:nupkg|nuspec)\Z", re.IGNORECASE)
_GEM = re.compile(
    r"(?P<root>(?:^|.*?/)(?:bundle/ruby/[^/]+/)?gems/(?P<name>[\w.-]+?)-(?P<version>\d[\w.]*)(?:-[\w.-]+)?)/"
)
_NUMBERED = re.compile(r"(?P<name>.+?)\.(?P<version>\d+(?:\.\d+)+(?:[-+][\w.+-]+)?)\Z")
_SUBMODULE = re.compile(r"^\s*path\s*=\s*(.+?)\s*$", re.MULTILINE)
__all__ = ["Package", "Vendored", "find", "hint", "packages"]
_MOST = 8 * 1024 * 1024
"""Of a manifest that is read here; a larger one names nothing."""


def find(tree: Tree, further: Further = nowhere) -> Iterator[Vendored]:
    """Yield every vendored or installed package, by path from the tree's root."""
    for package in packages(tree, further):
        yield package.vendored


def packages(tree: Tree, further: Further = nowhere) -> list[Package]:
    """Every vendored or installed package with its files; what lies beside them all is `loose`.

    `further`: folders of others that nothing tells by their name.
    """
    inside = {path: end for path in tree.entries if (end := container(path, further))}
    roots: dict[str, Vendored] = {}
    for path in tree.entries:
        name = path.rpartition("/")[2]
        reader = _READERS.get(name)
        if reader is _npm and not _holds_npm(path, inside.get(path, 0)):
            continue
        if reader is not None:
            for one in reader(tree, path):
                roots.setdefault(one.root, one)
        elif "/packages/" in f"/{path}" and _NUGET.search(path):
            one = _nuget(path)
            roots.setdefault(one.root, one)
        elif "/gems/" in path and path in inside and (gem := _GEM.match(path)) is not None:
            purl = Purl("gem", None, gem["name"], gem["version"])
            roots.setdefault(gem["root"], Vendored(gem["root"], "gem", purl, Location(gem["root"])))
    distributions = vendored_python.owners(tree, inside)
    return _owned(tree, inside, roots, distributions)


def _owned(
    tree: Tree, inside: Mapping[str, int], roots: Mapping[str, Vendored], distributions: Mapping[str, Vendored]
) -> list[Package]:
    above: dict[str, Vendored | None] = {"": roots.get("")}
    found: dict[Vendored, list[str]] = {}

    def nearest(folder: str) -> Vendored | None:
        """The package of the nearest folder above that is one; each folder is asked once, without recursion."""
        chain: list[str] = []
        while folder not in above:
            if folder in roots:
                above[folder] = roots[folder]
                break
            chain.append(folder)
            folder = folder.rpartition("/")[0]
        for one in chain:
            above[one] = above[folder]
        return above[folder]

    for path in tree.entries:
        owner = roots.get(path) or nearest(path.rpartition("/")[0])
        if owner is None and path in distributions:
            owner = distributions[path]
        if owner is None and _is_archive(path, path in inside):
            owner = Vendored(path, "archive", None, Location(path))
        if owner is None and path in inside:
            owner = _unclaimed(path, inside[path])
        if owner is not None:
            found.setdefault(owner, []).append(path)
    return [Package(owner, tuple(paths)) for owner, paths in sorted(found.items(), key=lambda item: item[0].root)]


def _is_archive(path: str, inside: bool) -> bool:
    lower = path.lower()
    return lower.endswith(ARCHIVES) or (inside and lower.endswith(_ARCHIVES_OF_ACONTAINER))


def _unclaimed(path: str, begin: int) -> Vendored:
    """A folder below a container is somebody's copy; what lies directly in it is nobody's."""
    first, slash, _ = path[begin:].partition("/")
    if not slash:
        return Vendored(path[: begin - 1], "loose", None, None)
    return Vendored(path[:begin] + first, "folder", None, None)


def _npm_names(path: str) -> tuple[str, str, str]:
    """Of a package.json: its folder, what holds that, and the package's name by its folder."""
    folder = path.rpartition("/")[0]
    parent, _, name = folder.rpartition("/")
    above, _, scope = parent.rpartition("/")
    return (folder, above, f"{scope}/{name}") if scope.startswith("@") else (folder, parent, name)


def _holds_npm(path: str, begin: int) -> bool:
    """Whether it lies right below a folder of others, by name or (`begin`: where its content begins) by the policy."""
    folder, holder, _ = _npm_names(path)
    named = begin > 0 and holder == path[: begin - 1]
    return bool(folder) and (named or CONTAINER.match(f"{holder.rpartition('/')[2]}/") is not None)


def _npm(tree: Tree, path: str) -> Iterator[Vendored]:
    folder, _, name = _npm_names(path)
    said = _object(tree, path)
    name = _text(said.get("name")) or name
    namespace, _, last = name.rpartition("/")
    version = _text(said.get("version"))
    purl = Purl("npm", namespace.lower() or None, last, version) if last else None
    yield Vendored(folder, "npm", purl, Location(path))


def _cargo(tree: Tree, path: str) -> Iterator[Vendored]:
    folder = path.rpartition("/")[0]
    manifest = posixpath.join(folder, "Cargo.toml")
    try:
        table = toml_text.value(_read(tree, manifest), where=manifest).get("package")
    except InputError:
        table = None
    said = table if isinstance(table, dict) else {}
    name, version = _text(said.get("name")) or folder.rpartition("/")[2], _text(said.get("version"))
    if folder:
        yield Vendored(folder, "cargo", Purl("cargo", None, name, version), Location(path))


def _go(tree: Tree, path: str) -> Iterator[Vendored]:
    """`# module version [=> replacement version]`, then the packages that were copied."""
    folder = path.rpartition("/")[0]
    if folder.rpartition("/")[2] != "vendor":
        return
    for number, line in enumerate(_lines(tree, path), 1):
        words = line.split()
        if len(words) < 3 or words[0] != "#" or not words[2].startswith("v"):
            continue
        name, version = words[1], words[2]
        if "=>" in words:
            replaced = words[words.index("=>") + 1 :]
            if len(replaced) != 2:
                continue  # a folder of the person's own
            name, version = replaced
        namespace, _, last = name.rpartition("/")
        root = _below(folder, words[1])
        if root is not None and last:
            yield Vendored(root, "go", Purl("golang", namespace or None, last, version), Location(path, number))


def _composer(tree: Tree, path: str) -> Iterator[Vendored]:
    folder = path.rpartition("/")[0]
    if not folder.endswith("vendor/composer"):
        return
    document = _json(tree, path)
    listed = document.get("packages") if isinstance(document, dict) else document
    for one in listed if isinstance(listed, list) else ():
        said = one if isinstance(one, dict) else {}
        name, version = _text(said.get("name")), _text(said.get("version"))
        namespace, slash, last = (name or "").rpartition("/")
        where = _text(said.get("install-path"))
        root = _below(folder.rpartition("/")[0], f"composer/{where}" if where else name or "")
        if slash and root is not None:
            purl = Purl("composer", namespace.lower(), last.lower(), (version or "").removeprefix("v") or None)
            yield Vendored(root, "composer", purl, Location(path))


def _pip_vendor(tree: Tree, path: str) -> Iterator[Vendored]:
    folder = path.rpartition("/")[0]
    for number, line in enumerate(_lines(tree, path), 1):
        name, pinned, version = line.strip().partition("==")
        module = re.sub(r"[-.]+", "_", name.strip()).lower()
        version = re.split(r"[\s;#]", version.strip(), maxsplit=1)[0]
        if pinned and re.fullmatch(r"\w{1,200}", module):
            purl = Purl("pypi", None, name.strip().lower().replace("_", "-"), version or None)
            root = posixpath.join(folder, module)
            root = f"{root}.py" if f"{root}.py" in tree.entries else root
            yield Vendored(root, "python", purl, Location(path, number))


def _submodules(tree: Tree, path: str) -> Iterator[Vendored]:
    """Paths of submodules, out of a text that anybody may have written."""
    for match in _SUBMODULE.finditer("\n".join(_lines(tree, path))):
        root = _below(path.rpartition("/")[0], match[1].strip('"'))
        if root:
            yield Vendored(root, "submodule", None, Location(path))


def _nuget(path: str) -> Vendored:
    folder = path.rpartition("/")[0]
    numbered = _NUMBERED.match(folder.rpartition("/")[2])
    purl = Purl("nuget", None, numbered["name"], numbered["version"]) if numbered else None
    return Vendored(folder, "nuget", purl, Location(path))


_READERS: Mapping[str, Callable[[Tree, str], Iterator[Vendored]]] = {
    "package.json": _npm,
    ".cargo-checksum.json": _cargo,
    "modules.txt": _go,
    "installed.json": _composer,
    "vendor.txt": _pip_vendor,
    ".gitmodules": _submodules,
}


def _below(folder: str, path: str) -> str | None:
    """A path as some manifest writes it, from its folder; `None` where it leads out of it."""
    joined = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
    inside = joined.startswith(f"{folder}/") if folder else not joined.startswith(("../", "/"))
    return joined if inside and joined not in (".", "..") else None


def _read(tree: Tree, path: str) -> bytes:
    entry = tree.entries.get(path)
    if entry is None or entry.link is not None or entry.size > _MOST:
        raise InputError("not a manifest that can be read", where=path)
    return tree.read(path)


def _lines(tree: Tree, path: str) -> list[str]:
    try:
        return encoding.lenient_text(_read(tree, path)).splitlines()
    except InputError:
        return []


def _json(tree: Tree, path: str) -> Any:
    """What a manifest says, or nothing where it cannot be read: its own parser tells why."""
    try:
        return json_text.value(_read(tree, path), where=path)
    except InputError:
        return None


def _object(tree: Tree, path: str) -> dict[str, Any]:
    value = _json(tree, path)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 1_000 else None
