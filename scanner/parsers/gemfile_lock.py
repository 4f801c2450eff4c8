"""Bundler's `Gemfile.lock` (`gems.locked`).

Format: https://github.com/rubygems/rubygems, bundler/lib/bundler/lockfile_parser.rb: sections, told by indentation.
Which groups a gem belongs to stands in the Gemfile alone, which is a program: every gem is taken as needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Subject
from scanner.model.purl import Purl
from scanner.parsers import graphs
from scanner.parsers.source import Source
from scanner.shape import encoding

_MOST_BYTES = 64 * 1024 * 1024
_MOST_COMPLAINTS = 100
_MOST_REMOTES = 10
"""Most remotes that are noted with each gem of a section."""
_SPEC = re.compile(r"([^\s()]+) \(([^\s()]+)\)\Z")
_NAMED = re.compile(r"([^\s()!]+)(?: \([^()]*\))?!?\Z")
_CHECKSUM = re.compile(r"([^\s()]+) \(([^\s()]+)\)(?: (\S+))?\Z")
_SOURCES = {"GEM": Origin.REGISTRY, "GIT": Origin.GIT, "PATH": Origin.PATH, "PLUGIN SOURCE": Origin.URL}
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_IGNORED = frozenset(("PLATFORMS", "RUBY VERSION", "BUNDLED WITH"))


class _Section(msgspec.Struct):
    """One block of gems that come from the same place."""

    origin: Origin
    line: int
    remotes: list[str] = []
    revision: str = ""


class _Gem(msgspec.Struct):
    name: str
    version: str
    platform: str
    line: int
    section: _Section
    wants: list[str] = []

    @property
    def ref(self) -> str:
        return f"{self.name} {self.version}" + (f"-{self.platform}" if self.platform else "")


class _Lock(msgspec.Struct):
    gems: list[_Gem] = []
    direct: list[str] = []
    digests: dict[str, tuple[str, ...]] = {}
    """By `name version` or `name version-platform`."""
    sections: list[_Section] = []
    problems: list[Problem] = []


def parse(source: Source) -> Iterator[Item]:
    """Yield each gem of each platform."""
    if len(source.data) > _MOST_BYTES:
        raise InputError(f"{len(source.data)} bytes", where=source.path, hint=f"at most {_MOST_BYTES} are read")
    lock = _read(encoding.text(source.data, where=source.path), source.path)
    if not lock.sections and not lock.direct:
        raise InputError("no section of a Gemfile.lock in it", where=source.path)
    given = graphs.Refs()
    gems = [(gem, given.unique(gem.ref)) for gem in lock.gems]
    own = [ref for gem, ref in gems if gem.section.origin is Origin.WORKSPACE]
    for gem, ref in gems:
        component = _component(gem, ref, lock.digests.get(gem.ref, ()), source.path)
        # The gem that lies beside the lock is the project, where there is one only.
        yield Subject(component=component) if [ref] == own else component
    yield from lock.problems

    def edges() -> Mapping[str, Sequence[str]]:
        names = graphs.by_name((gem.name, ref) for gem, ref in gems)
        found = {ref: [to for name in gem.wants for to in names.get(name, ())] for gem, ref in gems}
        return graphs.rooted(
            found, (ref for _, ref in gems), (to for name in lock.direct for to in names.get(name, ()))
        )

    if gems:
        yield Graph(roots=(graphs.ROOT, *own), edges=edges)


def _component(gem: _Gem, ref: str, digests: tuple[str, ...], path: str) -> Component:
    remotes = gem.section.remotes
    address = remotes[0] if len(remotes) == 1 else None
    if address and gem.section.revision:
        address = f"{address}#{gem.section.revision}"
    qualifiers = (("platform", gem.platform),) if gem.platform else ()
    return Component(
        name=gem.name,
        version=gem.version,
        purl=Purl("gem", None, gem.name, gem.version, qualifiers),
        location=Location(path, gem.line),
        origin=gem.section.origin,
        digests=digests,
        source_url=address,
        ref=ref,
        urls=() if address else tuple(remotes[:_MOST_REMOTES]),
    )


def _read(text: str, path: str) -> _Lock:
    lock = _Lock()
    heading = ""
    complaints = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip()
        if not line:
            continue
        if line.startswith(_CONFLICT):
            understood = False  # of a merge: both sides are read, as parts of the section around them
        elif line[0] != " ":
            heading = line
            if line in _SOURCES:
                lock.sections.append(_Section(_SOURCES[line], number))
            understood = line in _SOURCES or line in _IGNORED or line in ("DEPENDENCIES", "CHECKSUMS")
        elif heading in _SOURCES:
            understood = _in_source(line, number, lock)
        elif heading == "DEPENDENCIES":
            match = _NAMED.match(line.strip())
            understood = match is not None
            if match is not None:
                lock.direct.append(match[1])
        elif heading == "CHECKSUMS":
            understood = _in_checksums(line, lock)
        else:
            understood = True  # below a heading that is ignored, or was complained of
        if not understood:
            complaints += 1
            if complaints <= _MOST_COMPLAINTS:
                lock.problems.append(Problem(where=path, what=f"not understood: {line.strip()[:200]!r}", line=number))
    if complaints > _MOST_COMPLAINTS:
        lock.problems.append(Problem(where=path, what=f"{complaints - _MOST_COMPLAINTS} more lines not understood"))
    for section in lock.sections:
        if len(section.remotes) > 1:
            what = f"{len(section.remotes)} remotes: nothing says which of them a gem comes from"
            lock.problems.append(Problem(where=path, what=what, line=section.line, harmless=True))
    return lock


def _in_source(line: str, number: int, lock: _Lock) -> bool:
    section = lock.sections[-1]
    said = line.strip()
    indent = len(line) - len(line.lstrip(" "))
    if indent == 2:
        key, colon, value = said.partition(":")
        if key == "remote" and value.strip():
            section.remotes.append(value.strip())
            if section.origin is Origin.PATH and value.strip() == ".":
                section.origin = Origin.WORKSPACE
        elif key == "revision":
            section.revision = value.strip()
        return bool(colon)  # branch, tag, ref, glob, submodules, type, specs
    if indent == 4:
        match = _SPEC.match(said)
        if match is None:
            return False
        # No version holds a "-": what follows the first one is the platform.
        version, _, platform = match[2].partition("-")
        lock.gems.append(_Gem(match[1], version, platform, number, section))
        return True
    match = _NAMED.match(said)
    if indent != 6 or match is None or not lock.gems:
        return False
    lock.gems[-1].wants.append(match[1])
    return True


def _in_checksums(line: str, lock: _Lock) -> bool:
    match = _CHECKSUM.match(line.strip())
    if match is None:
        return False
    pairs = (pair.partition("=") for pair in (match[3] or "").split(","))
    digests = tuple(f"{algorithm.lower()}:{value}" for algorithm, _, value in pairs if value)
    key = f"{match[1]} {match[2]}"
    lock.digests[key] = lock.digests.get(key, ()) + digests
    return True
