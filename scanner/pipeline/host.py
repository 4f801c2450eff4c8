"""scan --host: what lies on a developer's machine, or on a mounted image of one → has a campaign been here?

Package caches and global installs as components; campaigns' own places, whatever starts by itself, and where droppers
leave things as files whose names, digests and texts are asked for. Only reading, each part within bounds, nothing run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from scanner import parsers
from scanner.errors import InputError
from scanner.model.component import Component, Problem
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.model.report import FileState, Report
from scanner.pipeline import inventory as inventories
from scanner.pipeline import scan
from scanner.pipeline.host_search import HostSearch
from scanner.pipeline.knowledge import open_library
from scanner.pipeline.scan import Settings
from scanner.policy import incident, verdict
from scanner.targets import host_stores, host_stores_npm, walk
from scanner.targets.host import Host, open_host
from scanner.targets.host_places import PLACES, SEARCHED, Place
from scanner.targets.host_reading import Item


def scan_host(root: Path, settings: Settings) -> Report:
    """Look over the machine whose root lies at `root`. Raises `InputError` where that is no folder."""
    if not root.is_dir():
        raise InputError("not a folder", where=root, hint="the root of a mounted image, or / for this machine")
    started = settings.now()
    host = open_host(root, settings.environ, settings.home)
    ledger: list[FileState] = []
    readings: list[Reading] = []
    problems = [*host.problems]
    for place in PLACES:
        settings.progress(place.kind)
        found = list(stores(host, place))
        readings += found
        ledger += _lines(place, found)
    with open_library(settings.intel_directory, now=started) as library:
        search = HostSearch(host, library.knowledge, settings.progress)
        search.campaigns()
        for place in SEARCHED:
            search.place(place)
    report = scan.check(
        Inventory(readings=tuple(readings), problems=tuple(problems)),
        settings,
        target=f"host {root.as_posix()} ({host.platform})",
        started=started,
        signs=tuple(search.signs.values()),
    )
    findings = tuple(search.told(finding) for finding in report.findings if incident.concerns(finding, settings.gate))
    coverage = msgspec.structs.replace(
        report.coverage,
        files=(*ledger, *search.ledger),
        problems=(*report.coverage.problems, *search.problems),
        files_searched=search.files,
        bytes_searched=search.bytes,
    )
    status, reasons = verdict.exit_status(findings, coverage, settings.gate)
    return msgspec.structs.replace(
        report,
        findings=findings,
        coverage=coverage,
        verdict=verdict.verdict(findings, coverage),
        exit_code=status,
        reasons=reasons,
        closing=verdict.closing(findings, settings.gate),
    )


def stores(host: Host, place: Place) -> Iterator[Reading]:
    """One reading for each folder of a kind that is there."""
    read = READERS[place.reader]
    for pattern in place.where:
        try:
            bases = host.find(pattern)
        except InputError as error:
            yield _lost(error.where or pattern, place.kind, error)
            continue
        for base in bases:
            if not host.full(base).is_dir():
                continue
            components: dict[Component, None] = {}
            problems: list[Problem] = []
            try:
                for item in read(host, base):
                    if isinstance(item, Problem):
                        problems.append(item)
                    else:
                        components.setdefault(item)
            except InputError as error:
                problems.append(Problem(where=error.where or f"/{base}", what=error.what, hint=error.hint))
            except OSError as error:
                problems.append(Problem(where=f"/{base}", what=f"cannot be read: {error.strerror}"))
            lost = any(not problem.harmless for problem in problems)
            yield Reading(
                path=f"/{base}",
                reader=place.kind,
                status=ReadStatus.PARTIAL if lost else ReadStatus.READ,
                components=tuple(components),
                problems=tuple(problems),
                reason=next((problem.what for problem in problems if not problem.harmless), None),
            )


def _lost(where: str, kind: str, error: InputError) -> Reading:
    problem = Problem(where=where, what=error.what, hint=error.hint or "run it as that person, or as root")
    return Reading(path=where, reader=kind, status=ReadStatus.FAILED, problems=(problem,), reason=error.what)


def _lines(place: Place, found: list[Reading]) -> list[FileState]:
    """The ledger of one kind: where it is, or that it is nowhere, and where that was looked for."""
    if not found:
        reason = f"not there: {', '.join(place.where[:4])}" + (", …" if len(place.where) > 4 else "")
        return [FileState(path=place.kind, reader=place.kind, status=ReadStatus.SKIPPED, components=0, reason=reason)]
    return [
        FileState(
            path=reading.path,
            reader=reading.reader,
            status=reading.status,
            components=len(reading.components),
            reason=reading.reason,
        )
        for reading in found
    ]


def _parsed(host: Host, paths: Iterable[str | Problem], readers: frozenset[str]) -> Iterator[Item]:
    """What our readers of installed packages say of these files."""
    sibling = walk.sibling_reader(host.root)
    for path in paths:
        if isinstance(path, Problem):
            yield path
            continue
        parser = parsers.claim(path)
        if parser is None or parser.name not in readers:
            continue
        reading = inventories.read_source(path, partial(walk.read, host.root, path), sibling)
        if reading is not None:
            for component in reading.components:
                place = msgspec.structs.replace(component.location, path=f"/{component.location.path}")
                yield msgspec.structs.replace(component, location=place)
            yield from (msgspec.structs.replace(one, where=f"/{one.where}") for one in reading.problems)


def _node_modules(host: Host, base: str) -> Iterator[Item]:
    def below() -> Iterator[str | Problem]:
        for item in walk.walk(host.full(base), wanted=lambda _: False):
            if isinstance(item, Problem):
                yield msgspec.structs.replace(item, where=f"{base}/{item.where}")
            elif item.path.endswith("package.json"):
                yield f"{base}/{item.path}"

    return _parsed(host, below(), frozenset(("npm-installed",)))


def _site_packages(host: Host, base: str) -> Iterator[Item]:
    names = (f"{base}/{name}" for name in host.names(base) if name.endswith((".dist-info", ".egg-info")))
    files = (f"{name}/{'METADATA' if name.endswith('.dist-info') else 'PKG-INFO'}" for name in names)
    return _parsed(host, (one for one in files if host.full(one).is_file()), frozenset(("python-dist-info",)))


READERS: Mapping[str, Callable[[Host, str], Iterator[Item]]] = {
    "npm_cache": host_stores_npm.npm_cache,
    "pnpm_store": host_stores_npm.pnpm_store,
    "yarn_berry": host_stores_npm.yarn_berry,
    "bun_cache": host_stores_npm.bun_cache,
    "pip_cache": host_stores.pip_cache,
    "uv_cache": host_stores.uv_cache,
    "cargo_cache": host_stores.cargo_cache,
    "go_cache": host_stores.go_cache,
    "gems": host_stores.gems,
    "maven_repository": host_stores.maven_repository,
    "gradle_cache": host_stores.gradle_cache,
    "nuget_packages": host_stores.nuget_packages,
    "extensions": host_stores.extensions,
    "chrome_extensions": host_stores.chrome_extensions,
    "node_modules": _node_modules,
    "site_packages": _site_packages,
}
