"""The code of others that lies in a target: found, laid beside its release where one is known, judged where it differs.

A release counts as pristine only when something outside the copy proves it: a digest of the lockfile, of the registry,
of go.sum. What lies inside the copy (`RECORD`, `.cargo-checksum.json`, npm's hidden lockfile) can be edited with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from scanner.codescan import installed, integrity
from scanner.codescan.pairing import Kind, pair
from scanner.errors import InputError, PratiqueError
from scanner.model import digest as digests
from scanner.model.component import Component, Problem
from scanner.model.ecosystem import BY_TYPE, full_name, normalise_name
from scanner.model.finding import Finding
from scanner.model.internal import is_internal
from scanner.model.inventory import Inventory
from scanner.model.purl import Purl
from scanner.model.report import CodeState
from scanner.model.tree import Tree
from scanner.model.vendored import Package, Vendored
from scanner.pipeline import cache_folder, diff, policed, releases
from scanner.pipeline.diff import Pair
from scanner.pipeline.judged_cache import Cache
from scanner.pipeline.told import Told
from scanner.targets import trees, vendored
from scanner.targets.parts import Mounted, Part
from scanner.targets.vendored_places import Further, nowhere

if TYPE_CHECKING:
    from scanner.pipeline.scan import Settings

_MOST_ARCHIVE = 256 * 1024 * 1024
_BINARY = (".class", ".pyc")
"""Members that nothing here can read."""


class Proven(Protocol):
    """A release of which something outside the copy says that it is the one."""

    @property
    def tree(self) -> Tree: ...
    @property
    def proof(self) -> str: ...


class Releases(Protocol):
    """Where pristine releases come from; `pipeline.releases` has the real one."""

    def known(self, component: Component, problems: list[Problem]) -> Proven | None: ...
    def fetched(self, purl: Purl, problems: list[Problem], *, digests: Sequence[str] = ()) -> Proven: ...


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How the code of others is to be judged."""

    releases: Releases
    online: bool = False
    """Releases may be fetched."""
    internal: tuple[str, ...] = ()
    """Patterns of names that are never sent anywhere."""
    further: Further = nowhere
    """Folders of others that nothing tells by their name."""
    judging: diff.Settings = diff.Settings()
    progress: Callable[[str], None] = lambda _: None


def of_scan(roots: Sequence[tuple[Path, str]], inventory: Inventory, settings: Settings) -> Told:
    """Judge as the scan's settings say, with releases from where they allow."""
    with releases.Releases(
        folders=settings.pristine,
        cache=cache_folder.default(settings.environ),
        online=settings.online is not None,
        environ=settings.environ,
        home=settings.home,
    ) as opened:
        wanted = Wanted(
            releases=opened,
            online=settings.online is not None,
            internal=settings.online.internal if settings.online is not None else (),
            further=policed.vendored(settings),
            judging=diff.Settings(
                environ=settings.environ,
                progress=settings.progress,
                whole_limit=settings.code_limit,
                kept=Cache(cache_folder.default(settings.environ) / "code", settings.environ),
            ),
            progress=settings.progress,
        )
        return judge(roots, inventory, wanted)


def judge(roots: Sequence[tuple[Path, str]], inventory: Inventory, wanted: Wanted) -> Told:
    """Judge the vendored and installed packages below the roots, each given with what its paths begin with."""
    run = _Run(inventory, wanted)
    for root, prefix in roots:
        # Whoever read the sources has told already what the walk stumbles over.
        run.tree(trees.FolderTree(root, []), prefix)
    return run.outcome()


class _Run:
    def __init__(self, inventory: Inventory, wanted: Wanted) -> None:
        self._wanted = wanted
        self._proofs = _Proofs(inventory)
        self._pairs: list[Pair] = []
        self._problems: list[Problem] = []
        self._findings: list[Finding] = []
        self._whole: list[str] = []
        self._packages = self._compared = self._files = self._identical = 0

    def tree(self, tree: Tree, prefix: str) -> None:
        found = vendored.packages(tree, self._wanted.further)
        inside = _nested(found)
        taken: set[Vendored] = set()
        for number, package in enumerate(found, 1):
            if package.vendored in taken:
                continue
            self._wanted.progress(f"package {number} of {len(found)}")
            self._packages += 1
            self._files += len(package.paths)
            if package.vendored.kind == "archive":
                self._archive(tree, package.vendored.root, prefix)
                continue
            release = self._release(package.vendored.purl)
            if release is None:
                self._judge_whole(Part(tree, prefix + package.vendored.root, package.paths, prefix), package, prefix)
                continue
            # What a release brings along in its own `node_modules` is part of it, and no lockfile knows it apart.
            for one in inside.get(package.vendored, ()):
                brought = one.vendored.root.removeprefix(f"{package.vendored.root}/") + "/package.json"
                if brought in release.tree.entries and not self._proofs.of(one.vendored.purl):
                    taken.add(one.vendored)
                    package = Package(package.vendored, (*package.paths, *one.paths))
                    self._files += len(one.paths)
            self._compare(Part(tree, prefix + package.vendored.root, package.paths, prefix), package, release, prefix)

    def outcome(self) -> Told:
        for judged in diff.changes(self._pairs, self._wanted.judging) if self._pairs else ():
            self._findings += judged.findings
            self._problems += judged.problems
        state = CodeState(
            packages=self._packages,
            compared=self._compared,
            whole=tuple(self._whole),
            files=self._files,
            identical=self._identical,
            judged=sum(
                len(pair_.pairing.changes) if pair_.pairing else len(pair_.new.entries) for pair_ in self._pairs
            ),
        )
        return Told(
            findings=tuple(sorted(self._findings, key=lambda one: (-one.severity, one.title, one.id))),
            problems=tuple(dict.fromkeys(self._problems)),
            state=state if self._packages else None,
        )

    def _release(self, purl: Purl | None) -> Proven | None:
        """The pristine release of what a copy claims to be; `None` where there is none at hand."""
        if purl is None or purl.version is None:
            return None
        known = self._proofs.of(purl)
        for component in known:
            release = self._wanted.releases.known(component, self._problems)
            if release is not None:
                return release
        secret = is_internal(self._wanted.internal, (full_name(purl),), purl)
        if not self._wanted.online or secret:
            return None
        said = tuple(dict.fromkeys(digest for component in known for digest in component.digests))
        # Go's proxies want the capitals that a purl has lost.
        purl = next(filter(None, map(releases.asked_as, known)), purl)
        try:
            return self._wanted.releases.fetched(purl, self._problems, digests=said)
        except PratiqueError as error:
            self._problems.append(Problem(where=error.where or str(purl), what=error.what, hint=error.hint))
            return None

    def _compare(self, part: Part, package: Package, release: Proven, prefix: str) -> None:
        self._compared += 1
        claimed = package.vendored
        old = Mounted(release.tree, prefix + _mount(claimed))
        pairing = pair(old, part)
        self._problems += pairing.problems
        compared = integrity.compare(str(claimed.purl), release.proof, old, part, pairing)
        self._identical += pairing.unchanged + sum(one.kind in (Kind.MODE, Kind.MOVED) for one in pairing.changes)
        where = part.name
        if compared.missing:
            self._note(where, f"{compared.missing} files of {claimed.purl} are not here")
        if compared.built:
            self._note(where, f"{len(compared.built)} programs that its install script may have built: not compared")
        if compared.edited:
            self._pairs.append(Pair(old=old, new=part, root=where, pairing=compared.pairing, signals=compared.signals))

    def _judge_whole(self, part: Part, package: Package, prefix: str) -> None:
        one = package.vendored
        made = all(
            installed.is_note(path) or (entry.link is not None and "/.bin/" in f"/{path}")
            for path, entry in part.entries.items()
        )
        if one.kind in ("loose", "folder") and made:
            # Links to commands, and notes, written anew by every install: no package.
            self._packages -= 1
            self._files -= len(package.paths)
            return
        self._whole.append(part.name if one.kind != "python" else f"{part.name}: {one.purl}")
        self._pairs.append(Pair(old=None, new=part, root=part.name))
        for item in integrity.self_consistency(
            one.kind,
            dict.fromkeys(part.entries),
            part,
            prefix + one.root,
            None if one.claim is None else msgspec.structs.replace(one.claim, path=prefix + one.claim.path),
        ):
            if isinstance(item, Finding):
                self._findings.append(item)
            else:
                self._problems.append(item)

    def _archive(self, tree: Tree, path: str, prefix: str) -> None:
        """A package in one file: the one whose digest a lockfile gives, or judged by its members."""
        if tree.entries[path].link is not None:
            return
        try:
            data = tree.read(path)
            if self._proofs.names(data):
                self._compared += 1
                self._identical += 1
                return
            opened = trees.archive_of(prefix + path, path.rpartition("/")[2], data, self._problems)
        except InputError as error:
            self._problems.append(Problem(where=prefix + path, what=error.what, hint=error.hint))
            return
        members = [name for name in opened.entries if not name.endswith(_BINARY)]
        readable = Mounted(Part(opened, opened.name, members), f"{prefix}{path}!")
        self._whole.append(prefix + path)
        self._pairs.append(Pair(old=None, new=readable, root=prefix + path))

    def _note(self, where: str, what: str) -> None:
        self._problems.append(Problem(where=where, what=what, harmless=True))


class _Proofs:
    """What the sources of a target say of artefacts, but for those that lie inside a copy and can be edited with it."""

    def __init__(self, inventory: Inventory) -> None:
        self._by_key: dict[tuple[str, str, str], list[Component]] = {}
        self._digests: set[str] = set()
        for component in _outside(inventory):
            if component.purl is not None and component.purl.version is not None and component.digests:
                self._by_key.setdefault(_key(component.purl), []).append(component)
            self._digests.update(filter(None, map(digests.hexadecimal, component.digests)))
        self._algorithms = sorted({digest.partition(":")[0] for digest in self._digests} - {"md5"})

    def of(self, purl: Purl | None) -> Sequence[Component]:
        """The components that pin an artefact of this package at this version."""
        return () if purl is None or purl.version is None else self._by_key.get(_key(purl), ())

    def names(self, data: bytes) -> bool:
        """Whether these bytes are an artefact that some source pins."""
        return any(f"{name}:{hashlib.new(name, data).hexdigest()}" in self._digests for name in self._algorithms)


def _outside(inventory: Inventory) -> Iterator[Component]:
    for reading in inventory.readings:
        # A manifest or checksum inside the copy; `vendor/modules.txt` and its like carry no digest at all.
        if not vendored.hint(reading.path):
            yield from reading.components


def _key(purl: Purl) -> tuple[str, str, str]:
    name = normalise_name(BY_TYPE.get(purl.type, purl.type), full_name(purl))
    return purl.type, name, (purl.version or "").removeprefix("v" if purl.type in ("golang", "composer") else "\0")


def _mount(one: Vendored) -> str:
    """Where a release would lie whose copy this is: wheels hold the folders that lie in the shared one."""
    if one.kind == "python" and one.claim is not None and not one.claim.path.endswith("/METADATA"):
        return one.root.rpartition("/")[0]
    return one.root


def _nested(found: Iterable[Package]) -> Mapping[Vendored, list[Package]]:
    """The npm packages that lie inside another's folder, by that other; the innermost counts."""
    roots = {package.vendored.root: package.vendored for package in found if package.vendored.kind == "npm"}
    inside: dict[Vendored, list[Package]] = {}
    for package in found:
        folder = package.vendored.root.rpartition("/")[0] if package.vendored.root in roots else ""
        while folder:
            if folder in roots:
                inside.setdefault(roots[folder], []).append(package)
                break
            folder = folder.rpartition("/")[0]
    return inside
