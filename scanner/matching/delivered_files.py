"""Delivered files × what the SBOM names → what is the same, what differs, what is hidden, and what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner import versions
from scanner.matching.quality import is_software
from scanner.model.component import Component, Location, Problem, Scope
from scanner.model.delivered_files import (
    Agreed,
    ArtefactCheck,
    DeliveredFile,
    Differing,
    Nature,
    OtherVersion,
    Recognised,
    Undeclared,
    Unknowable,
)
from scanner.model.digest import strongest
from scanner.model.ecosystem import BY_TYPE, full_name, normalise_name
from scanner.model.purl import Purl

_SYSTEM = frozenset(("deb", "rpm", "apk"))
_EPOCH = r"\A\d+:"
_FILE = "file"
PACKAGE = "package"


def compare(
    artefacts: Sequence[str],
    files: Mapping[str, DeliveredFile],
    packages: Sequence[Recognised],
    declared: Sequence[Component],
    *,
    subject: Component | None = None,
    misnamed: Sequence[Differing] = (),
    problems: Sequence[Problem] = (),
) -> ArtefactCheck:
    """Lay the two beside each other. `misnamed` are files that are not what their own name says."""
    run = _Comparison(files, declared, subject, lost=any(not one.harmless for one in problems))
    run.by_digest()
    run.packages(packages)
    run.by_name()
    run.unclaimed(packages)
    run.absent()
    return ArtefactCheck(
        artefacts=tuple(artefacts),
        files=len(files),
        bytes=sum(file.size for file in files.values()),
        packages=sum(not one.part for one in packages),
        claims=run.claims,
        agreed=tuple(run.agreed.values()),
        differing=(*misnamed, *run.differing.values()),
        other_versions=tuple(run.other_versions.values()),
        undeclared=tuple(run.undeclared),
        phantom=tuple(run.phantom),
        unknowable=tuple(run.unknowable),
        problems=tuple(problems),
    )


def algorithms(declared: Iterable[Component]) -> frozenset[str]:
    """By which algorithms a file must be known so that it can be compared with what is claimed."""
    found = (strongest(one.digests) for one in declared)
    return frozenset(("sha256", *(best[0] for best in found if best is not None)))


class _Comparison:
    def __init__(
        self,
        files: Mapping[str, DeliveredFile],
        declared: Sequence[Component],
        subject: Component | None,
        *,
        lost: bool,
    ) -> None:
        self._files = files
        self._declared = [one for one in declared if is_software(one) or one.role == _FILE]
        self._subject = subject
        self._lost = lost
        self._paths: dict[str, str] = {}
        """Digest → path of a file that has it."""
        for file in files.values():
            for digest in file.digests:
                self._paths.setdefault(digest, file.path)
        self._claimed: dict[str, Component] = {}
        self._by_key: dict[tuple[str, str], list[Component]] = {}
        self._by_label: dict[str, list[Component]] = {}
        for one in (*self._declared, *(() if subject is None else (subject,))):
            if one.purl is not None:
                self._by_key.setdefault(_key(one.purl), []).append(one)
                if one.purl.type == "maven":
                    self._by_label.setdefault(_folded(one.purl.name), []).append(one)
            if one.purl is None or one is subject:
                self._by_label.setdefault(_folded(one.name), []).append(one)
        self._seen: set[int] = set()
        """Declared components of which there is something, be it at another version."""
        self._types: set[str] = set()
        self.claims = 0
        self.agreed: dict[int, Agreed] = {}
        self.differing: dict[str, Differing] = {}
        self.other_versions: dict[tuple[object, ...], OtherVersion] = {}
        self.undeclared: list[Undeclared] = []
        self.phantom: list[Component] = []
        self.unknowable: list[Unknowable] = []

    def by_digest(self) -> None:
        """Whatever has the digest of something that is named is that, wherever it lies."""
        for one in self._declared:
            best = strongest(one.digests)
            if best is None:
                continue
            self.claims += 1
            self._claimed.update(dict.fromkeys(best[1], one))
            path = next((self._paths[digest] for digest in sorted(best[1]) if digest in self._paths), None)
            if path is not None:
                self._agree(one, path, "digest")

    def packages(self, found: Sequence[Recognised]) -> None:
        """Lay each package that was recognised beside those of its name."""
        told: set[tuple[object, ...]] = set()
        for package in found:
            component = package.component
            if package.part:
                for one in self._named(component) if package.copy else ():
                    if _same(component, one):
                        self._agree(one, component.location.path, "metadata")
                continue
            self._types.add("maven" if component.purl is None else component.purl.type)
            named = self._named(component)
            same = [one for one in named if _same(component, one)]
            key = (component.purl or component.name, component.version)
            if same:
                self._of_version(package, same)
            elif named:
                self._seen.update(map(id, named))
                self.other_versions.setdefault(key, OtherVersion(component, tuple(named)))
            elif key not in told and not self._is_claimed(package):
                told.add(key)
                self.undeclared.append(Undeclared(component, PACKAGE))

    def _named(self, component: Component) -> list[Component]:
        purl = component.purl
        found = [] if purl is None else self._by_key.get(_key(purl), [])
        if found:
            return found
        # Who declares without a package URL, or for whom a jar has no group, is still declared by name.
        by_label = self._by_label.get(_folded(component.name), [])
        return [one for one in by_label if purl is None or one.purl is None or one is self._subject]

    def _is_claimed(self, package: Recognised) -> bool:
        file = self._files.get(package.root) if package.archive else None
        return file is not None and any(digest in self._claimed for digest in file.digests)

    def _of_version(self, package: Recognised, same: Sequence[Component]) -> None:
        self._seen.update(map(id, same))
        file = self._files.get(package.root) if package.archive else None
        claims = [best for one in same if (best := strongest(one.digests)) is not None]
        if file is not None and claims and not any(set(file.digests) & best[1] for best in claims):
            if any(id(one) in self.agreed for one in same) and not _usual(package, file):
                # `name-version-tests.jar` beside the one that is meant: it bears the same metadata.
                self.undeclared.append(Undeclared(package.component, PACKAGE))
                return
            first = next(one for one in same if one.digests)
            self.differing.setdefault(file.path, Differing(first, file.path, file.digests))
            return
        for one in same:
            self._agree(one, package.component.location.path, "metadata")

    def _agree(self, one: Component, path: str, by: str) -> None:
        self._seen.add(id(one))
        self.agreed.setdefault(id(one), Agreed(one, path, by))

    def by_name(self) -> None:
        """Files that are named, and archives that are called as a named artefact is, with other bytes."""
        by_last: dict[str, list[DeliveredFile]] = {}
        for file in self._files.values():
            by_last.setdefault(file.path.rpartition("/")[2], []).append(file)
        for one in self._declared:
            if id(one) in self._seen:
                continue
            if one.role == _FILE:
                self._file_by_name(one, by_last)
            elif strongest(one.digests) is not None:
                called = {name for name in _names(one) if name in by_last}
                archives = [file for name in called for file in by_last[name] if file.nature is Nature.ARCHIVE]
                if len(archives) == 1:
                    self._differ(one, archives[0])

    def _file_by_name(self, one: Component, by_last: Mapping[str, Sequence[DeliveredFile]]) -> None:
        path = one.name.removeprefix("./").lstrip("/")
        called = [
            file
            for file in by_last.get(path.rpartition("/")[2], ())
            if file.path == path or file.path.endswith(f"/{path}")
        ]
        if not called:
            return
        if strongest(one.digests) is None:
            self._agree(one, called[0].path, "name")
        elif len(called) == 1:
            self._differ(one, called[0])
        else:
            self._seen.add(id(one))
            reason = f"{len(called)} files are called so, and none has its digest"
            self.unknowable.append(Unknowable(one, reason))

    def _differ(self, one: Component, file: DeliveredFile) -> None:
        self._seen.add(id(one))
        self.differing.setdefault(file.path, Differing(one, file.path, file.digests))

    def unclaimed(self, found: Sequence[Recognised]) -> None:
        """Programs and archives for which neither a digest nor a package answers."""
        whole = [one for one in found if not one.part]
        roots = {one.root for one in whole if one.root}
        owned: set[str] = set()
        for one in whole:
            owned.update(one.owned)
        told: set[str] = set()
        for path in sorted(self._files):
            file = self._files[path]
            if file.nature is Nature.OTHER or file.given or path in self.differing or path in roots:
                continue
            if self._answered(file) or path in owned or any(other in owned for other in _merged(path)):
                continue
            above = set(ancestors(path))
            if above & roots or above & told or any(self._answered(self._files[a]) for a in above & self._files.keys()):
                continue
            told.add(path)
            name = path.rpartition("/")[2]
            component = Component(
                name=name, version=None, purl=None, location=Location(path), digests=file.digests, role=_FILE
            )
            self.undeclared.append(Undeclared(component, file.nature))

    def _answered(self, file: DeliveredFile) -> bool:
        return any(digest in self._claimed for digest in file.digests)

    def absent(self) -> None:
        """What is named and was not met, as far as it would have been."""
        for one in self._declared:
            if id(one) in self._seen or one is self._subject:
                continue
            why = self._cannot_tell(one)
            if why:
                self.unknowable.append(Unknowable(one, why))
            else:
                self.phantom.append(one)

    def _cannot_tell(self, one: Component) -> str:
        if self._lost:
            return "a part of the delivery could not be opened"
        if one.role == _FILE:
            return ""
        if one.scope is not Scope.RUNTIME:
            return f"it is {one.scope}: it need not be delivered"
        if one.purl is None:
            return "it has no package URL, and no file has its digest"
        if one.purl.type not in self._types:
            return f"nothing in the delivery says of itself that it is a package of {one.purl.type}"
        return ""


def ancestors(path: str) -> Iterator[str]:
    """Every folder and archive that a path lies in, without `/` or `!/` at the end."""
    at = path.find("/")
    while at >= 0:
        yield path[: at - 1] if at and path[at - 1] == "!" else path[:at]
        at = path.find("/", at + 1)


def _key(purl: Purl) -> tuple[str, str]:
    if purl.type in _SYSTEM:  # a file does not say of which distribution it is
        return (purl.type, purl.name.lower())
    return (purl.type, normalise_name(BY_TYPE.get(purl.type, ""), full_name(purl)))


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _same(found: Component, declared: Component) -> bool:
    """Whether the two are of one version. Who says none contradicts nobody."""
    if not found.version or not declared.version or found.version == declared.version:
        return True
    purl = found.purl or declared.purl
    if purl is None:
        return False
    mine, theirs = _plain(found.version, purl), _plain(declared.version, purl)
    if mine == theirs:
        return True
    scheme = versions.scheme(BY_TYPE.get(purl.type, ""))
    return scheme is not None and bool(scheme.key(mine) == scheme.key(theirs))


def _plain(version: str, purl: Purl) -> str:
    if purl.type in _SYSTEM:
        return re.sub(_EPOCH, "", version)
    return version.removeprefix("v").removesuffix("+incompatible") if purl.type == "golang" else version


def _usual(package: Recognised, file: DeliveredFile) -> bool:
    component = package.component
    name = component.name if component.purl is None else component.purl.name
    stem = file.path.rpartition("/")[2].rpartition(".")[0]
    return stem in (name, f"{name}-{component.version}")


def _names(one: Component) -> Iterator[str]:
    """How the artefact's file may be called."""
    if one.source_url:
        yield one.source_url.partition("#")[0].partition("?")[0].rpartition("/")[2]
    name = one.name if one.purl is None else one.purl.name
    for ending in (".tgz", ".jar", ".war", ".gem", ".crate", ".zip", ".tar.gz", "-py3-none-any.whl"):
        yield f"{name}-{one.version}{ending}"
    yield f"{name}.{one.version}.nupkg"


def _merged(path: str) -> Iterator[str]:
    """The same file where `/bin` and `/lib` lead to `/usr`: package managers name one of the two."""
    base, mark, inside = path.rpartition("!/")
    root = base + mark
    if inside.startswith("usr/"):
        yield root + inside[4:]
    else:
        yield f"{root}usr/{inside}"
