"""audit --artifact: what was delivered, opened and laid beside the SBOM. Nothing is extracted, followed or run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.errors import InputError
from scanner.matching import delivered_files, delivered_findings
from scanner.model.component import Component, Location, Problem
from scanner.model.delivered_files import ArtefactCheck, DeliveredFile, Differing, Nature, Recognised
from scanner.model.finding import Finding
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.model.report import Coverage, Report
from scanner.parsers import inside
from scanner.parsers.inside import go_binary
from scanner.pipeline import scan
from scanner.pipeline.scan import Settings
from scanner.shape import inflate
from scanner.targets import delivered, members
from scanner.targets.delivered import Layer, Opened

READER = "delivered-files"
_MOST_FILES = 1_000_000
_MOST_HELD = 256 << 20
"""Bytes of metadata that are held until all is read."""
_MACHINE = (
    b"\x7fELF",
    b"MZ",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\0asm",
)
_FAT, _MOST_ARCHITECTURES = b"\xca\xfe\xba\xbe", 20
"""A program for several machines; classes of Java begin with the same bytes, and a larger number."""
_PACKED_TAR = re.compile(r"(?i)(?:\.tar\.\w+|\.t[gbx]z2?|\.tzst|\.crate)\Z")


class Checked(NamedTuple):
    """What the files say, and the scan of them."""

    check: ArtefactCheck
    report: Report
    findings: tuple[Finding, ...]
    """Of the comparison."""


class Compared(NamedTuple):
    """The files beside the SBOM, and every package that was recognised among them."""

    check: ArtefactCheck
    packages: tuple[Recognised, ...]


def check(
    paths: Sequence[Path],
    declared: Sequence[Component],
    settings: Settings,
    *,
    subject: Component | None,
    started: datetime,
) -> Checked:
    """Open everything, compare it with what the SBOM names, and ask of what it does not name what is known."""
    compared = compare(paths, declared, settings, subject=subject)
    # Named as in a scan of several targets, so that both tell of the same path.
    trees = [
        (path, f"{path.as_posix().rstrip('/')}/") if path.is_dir() else (path.resolve(), path.as_posix())
        for path in paths
    ]
    report = scan.check(
        Inventory(readings=tuple(_readings(*compared)), looked_for=len(paths)),
        msgspec.structs.replace(settings, code=False, keep_inventory=False),
        target=", ".join(compared.check.artefacts),
        started=started,
        trees=trees,
        decide=False,
    )
    return Checked(compared.check, report, tuple(delivered_findings.findings(compared.check)))


def compare(
    paths: Sequence[Path], declared: Sequence[Component], settings: Settings, *, subject: Component | None
) -> Compared:
    """Open everything, and lay it beside what the SBOM names."""
    declared = (*declared, *(() if subject is None or subject in declared else (subject,)))
    names = tuple(path.as_posix().rstrip("/") for path in paths)
    run = _Run(delivered_files.algorithms(declared), settings)
    for path in paths:
        run.artefact(path)
    packages = run.packages(names)
    found = delivered_files.compare(
        names,
        run.files,
        packages,
        declared,
        subject=subject,
        misnamed=run.misnamed,
        problems=tuple(dict.fromkeys(run.problems)),
    )
    return Compared(found, tuple(packages))


def _readings(compared: ArtefactCheck, packages: Sequence[Recognised]) -> list[Reading]:
    """What the SBOM does not name, for the scan: what it names was asked already. Copies in packages count too."""
    hidden = {id(one.component) for one in compared.undeclared if one.nature == delivered_files.PACKAGE}
    hidden |= {id(one.found) for one in compared.other_versions}
    named = {(one.component.purl, one.component.version) for one in compared.agreed}
    asked = [
        one.component
        for one in packages
        if id(one.component) in hidden
        or (one.copy and one.part and (one.component.purl, one.component.version) not in named)
    ]
    by_artefact: dict[str, list[Component]] = {name: [] for name in compared.artefacts}
    for component in asked:
        place = component.location.path
        by_artefact[next(name for name in by_artefact if place.startswith(name))].append(component)
    return [
        Reading(path=name, reader=READER, status=ReadStatus.READ, components=tuple(found))
        for name, found in by_artefact.items()
    ]


def together(of_sbom: Report, opened: Checked) -> Report:
    """One report of both: the findings and the ledger."""
    compared, of_files = opened.check, opened.report
    mine, theirs = of_sbom.coverage, of_files.coverage
    told = {(problem.where, problem.what) for problem in theirs.problems}
    problems = [problem for problem in compared.problems if (problem.where, problem.what) not in told]
    feeds = {feed.name: feed for feed in (*theirs.feeds, *mine.feeds)}
    coverage: Coverage = msgspec.structs.replace(
        mine,
        files=(*mine.files, *theirs.files),
        components_read=mine.components_read + theirs.components_read,
        components_checked=mine.components_checked + theirs.components_checked,
        unmatchable=(*mine.unmatchable, *theirs.unmatchable),
        feeds=(*mine.feeds, *(feed for name, feed in feeds.items() if all(one.name != name for one in mine.feeds))),
        problems=tuple(dict.fromkeys((*mine.problems, *theirs.problems, *problems))),
        files_searched=mine.files_searched + theirs.files_searched,
        bytes_searched=mine.bytes_searched + theirs.bytes_searched,
    )
    return msgspec.structs.replace(of_sbom, findings=(*of_sbom.findings, *of_files.findings), coverage=coverage)


class _Run:
    """Files of all artefacts, by path, and what was kept of them."""

    def __init__(self, algorithms: frozenset[str], settings: Settings) -> None:
        self._algorithms = sorted(algorithms)
        self._settings = settings
        self.files: dict[str, DeliveredFile] = {}
        self.problems: list[Problem] = []
        self.misnamed: list[Differing] = []
        self._kept: dict[str, bytes] = {}
        self._held = 0

    def artefact(self, path: Path) -> None:
        layer: _Layer | None = None
        for item in delivered.opened(path.resolve(), path.as_posix().rstrip("/")):
            if isinstance(item, Problem):
                self.problems.append(item)
            elif isinstance(item, Layer):
                self._lay(layer)
                layer = _Layer(item.root)
            elif len(self.files) >= _MOST_FILES:
                self.problems.append(Problem(where=path.as_posix(), what=f"more than {_MOST_FILES:,} files"))
                return
            else:
                self._settings.progress(item.path)
                try:
                    self._opened(item, layer)
                except InputError as error:
                    hint = error.hint or "it was not compared"
                    self.problems.append(Problem(where=item.path, what=error.what, hint=hint))
        self._lay(layer)

    def packages(self, artefacts: Sequence[str]) -> list[Recognised]:
        found: list[Recognised] = []
        for item in inside.packages(self._kept):
            if isinstance(item, Problem):
                self.problems.append(item)
            else:
                found.append(item)
        return inside.outermost(found, artefacts)

    def _opened(self, item: Opened, layer: _Layer | None) -> None:
        hidden = None if layer is None else delivered.whiteout(item.path, layer.root)
        if layer is not None and hidden is not None:
            layer.hide(*hidden)
            return
        hashes = [hashlib.new(name, usedforsecurity=False) for name in self._algorithms]
        kept: bytearray | None = bytearray() if inside.wanted(item.path) else None
        head, size, nature = b"", 0, Nature.OTHER
        buildinfo: _BuildInfo | None = None
        for piece in item.pieces:
            if not size:
                head = bytes(piece[:512])
                nature = _nature(head, item.path)
                buildinfo = _BuildInfo() if nature is Nature.EXECUTABLE else None
            size += len(piece)
            for one in hashes:
                one.update(piece)
            if kept is not None:
                kept += piece
                kept = self._bounded(kept, item.path)
            if buildinfo is not None:
                buildinfo.feed(piece)
        digests = tuple(f"{name}:{one.hexdigest()}" for name, one in zip(self._algorithms, hashes, strict=True))
        file = DeliveredFile(path=item.path, size=size, digests=digests, nature=nature, given=item.given)
        contents = {} if kept is None else {item.path: bytes(kept)}
        if buildinfo is not None and buildinfo.found:
            contents[item.path + go_binary.KEPT] = bytes(buildinfo.found)
        self._held += sum(map(len, contents.values()))
        files, keeping = (self.files, self._kept) if layer is None else (layer.files, layer.kept)
        files[item.path] = file
        keeping.update(contents)
        self._misnamed(item, file)

    def _bounded(self, kept: bytearray, path: str) -> bytearray | None:
        if len(kept) <= inside.MOST_KEPT and self._held + len(kept) <= _MOST_HELD:
            return kept
        self.problems.append(Problem(where=path, what="too much metadata to be read", hint="its packages are not seen"))
        return None

    def _misnamed(self, item: Opened, file: DeliveredFile) -> None:
        """A blob of an image is called after its digest."""
        if item.blob.startswith("sha256:") and item.blob not in file.digests:
            claim = Component(
                name=item.path.rpartition("!/")[2],
                version=None,
                purl=None,
                location=Location(item.path),
                digests=(item.blob,),
                role="file",
            )
            self.misnamed.append(Differing(claim, item.path, file.digests))

    def _lay(self, layer: _Layer | None) -> None:
        """Lay a layer over those before: it replaces, and hides what its whiteouts name."""
        if layer is None:
            return
        for below in (self.files, self._kept):
            for path in [path for path in below if path.startswith(layer.root) and layer.covers(path)]:
                del below[path]
        self.files.update(layer.files)
        self._kept.update(layer.kept)


class _Layer:
    def __init__(self, root: str) -> None:
        self.root = root
        self.files: dict[str, DeliveredFile] = {}
        self.kept: dict[str, bytes] = {}
        self._hidden: set[str] = set()
        self._emptied: set[str] = set()

    def hide(self, path: str, inside_of_it: bool) -> None:
        (self._emptied if inside_of_it else self._hidden).add(path.removesuffix("/").removesuffix("!"))

    def covers(self, path: str) -> bool:
        """Whether a file below is not seen any more."""
        plain = path.removesuffix(go_binary.KEPT)
        above = set(delivered_files.ancestors(plain))
        return (
            plain in self.files
            or plain in self._hidden
            or not above.isdisjoint(self._hidden)
            or not above.isdisjoint(self._emptied)
            or any(folder in self.files for folder in above)
        )


class _BuildInfo:
    """What the linker of Go wrote into a program, from pieces of it."""

    def __init__(self) -> None:
        self.found = bytearray()
        self._tail = b""
        self._position = 0

    def feed(self, piece: bytes) -> None:
        if self.found:
            self.found += piece[: go_binary.MOST - len(self.found)]
            return
        data = self._tail + piece
        start = self._position - len(self._tail)
        at = data.find(go_binary.MARK)
        # Programs that read such marks hold one as text; the linker's own is aligned.
        while at >= 0 and (start + at) % 16:
            at = data.find(go_binary.MARK, at + 1)
        if at >= 0:
            self.found += data[at : at + go_binary.MOST]
        self._position += len(piece)
        self._tail = data[-len(go_binary.MARK) + 1 :]


def _nature(head: bytes, path: str) -> Nature:
    if head.startswith(_MACHINE) and b"\0" in head:
        return Nature.EXECUTABLE
    if head.startswith(_FAT) and 0 < int.from_bytes(head[4:8], "big") < _MOST_ARCHITECTURES:
        return Nature.EXECUTABLE
    of = members.kind(head, path)
    if of in inflate.KINDS:  # manual pages are compressed too
        return Nature.ARCHIVE if _PACKED_TAR.search(path) else Nature.OTHER
    return Nature.ARCHIVE if of is not None or members.unreadable(head) is not None else Nature.OTHER
