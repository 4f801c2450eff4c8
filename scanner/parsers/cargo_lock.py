"""`Cargo.lock`, versions 1 to 4.

Format: https://github.com/rust-lang/cargo, src/cargo/core/resolver/encode.rs. Cargo writes one layout only, which
`cargo_layout` reads ten times as fast as a TOML decoder; everything else goes through that.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Subject
from scanner.model.purl import Purl
from scanner.parsers import cargo_layout, graphs, tables
from scanner.parsers.cargo_layout import Locked
from scanner.parsers.source import Source
from scanner.shape import encoding, toml_text


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked crate; those without a source are members of the workspace, or lie at a path."""
    text = encoding.text(source.data, where=source.path).replace("\r\n", "\n")
    lock = cargo_layout.read(text)
    problems: list[Problem] = []
    broken: InputError | None = None
    if lock is None:
        lock, problems, broken = cargo_layout.read_toml(source)
    given = graphs.Refs()
    crates = [(crate, given.unique(_full(crate))) for crate in lock.packages]
    members = [(crate, ref) for crate, ref in crates if not crate.source]
    own = _own(members, source)
    for crate, ref in crates:
        component = _component(crate, ref, lock.checksums, source.path)
        yield Subject(component=component) if ref == own else component
    yield from problems
    for name in lock.unused:
        yield Problem(where=source.path, what=f"a patch for {name} is not used", harmless=True)
    if crates:
        yield Graph(roots=tuple(ref for _, ref in members), edges=lambda: _edges(crates))
    if broken is not None:
        raise broken


def _full(crate: Locked) -> str:
    return f"{crate.name} {crate.version} ({crate.source})" if crate.source else f"{crate.name} {crate.version}"


def _own(members: Sequence[tuple[Locked, str]], source: Source) -> str | None:
    """Ref of the crate that the lock lies beside: the only member, or the one that the manifest names."""
    if len(members) == 1:
        return members[0][1]
    data = source.sibling(posixpath.join(posixpath.dirname(source.path), "Cargo.toml")) if members else None
    if data is None:
        return None
    try:
        name = tables.table(toml_text.value(data, where=source.path), "package").get("name")
    except InputError:
        return None  # a workspace is a workspace without its manifest, too
    return next((ref for crate, ref in members if crate.name == name), None)


def _component(crate: Locked, ref: str, checksums: Mapping[str, str], path: str) -> Component:
    checksum = crate.checksum or checksums.get(_full(crate))
    origin = Origin.REGISTRY
    if not crate.source:
        origin = Origin.WORKSPACE
    elif crate.source.startswith("git+"):
        origin = Origin.GIT
    elif crate.source.startswith(("path+", "directory+", "local-registry+")):
        origin = Origin.PATH
    known = checksum and checksum != "<none>"
    return Component(
        name=crate.name,
        version=crate.version or None,
        purl=Purl("cargo", None, crate.name, crate.version or None),
        location=Location(path, crate.line or None, "" if crate.line else f'name = "{crate.name}"'),
        origin=origin,
        digests=(f"sha256:{checksum}",) if known else (),
        source_url=crate.source or None,
        ref=ref,
    )


def _edges(crates: Sequence[tuple[Locked, str]]) -> Mapping[str, Sequence[str]]:
    """A dependency is written as shortly as leaves no doubt: name, name and version, or all of it."""
    known: dict[str, str] = {}
    for crate, ref in crates:
        short = f"{crate.name} {crate.version}"
        # Newer versions leave the commit of a git source to the entry itself.
        for said in (crate.name, short, _full(crate), f"{short} ({crate.source.partition('#')[0]})"):
            known.setdefault(said, ref)
    found: dict[str, Sequence[str]] = {}
    for crate, ref in crates:
        # What is replaced leads to its replacement.
        wanted = (*crate.dependencies, crate.replace) if crate.replace else crate.dependencies
        found[ref] = [known[said] for said in wanted if said in known]
    return found
