"""Java archives, `*.jar`, `*.war`, `*.ear`, with all that lie inside them; nothing is ever written to disk.

Spec: https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html

An archive is one component, with the digests of its bytes. Libraries that were shaded into it (their
`pom.properties` came along) are components of their own, and so is every archive inside, wherever it lies.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Problem
from scanner.parsers import jar_identity, maven
from scanner.parsers.jar_identity import Identity
from scanner.parsers.source import Source
from scanner.shape import zip_members
from scanner.shape.zip_members import Allowance, Member

_ARCHIVES = (".jar", ".war", ".ear", ".rar", ".aar")
_MANIFEST = "META-INF/MANIFEST.MF"
_MOST_DEPTH = 4
_MOST_MEMBERS = 200_000
_MOST_INFLATED = 1 << 30
_FREE_INFLATED = 64 << 20
_MOST_TEXT = 16 << 20


def parse(source: Source) -> Iterator[Item]:
    """Yield the archive, what was shaded into it, and the archives inside it; containment is the graph."""
    # A file may unfold to some multiple of itself: nested archives hardly compress, bombs do.
    allowance = Allowance(_MOST_MEMBERS, min(_MOST_INFLATED, _FREE_INFLATED + 4 * len(source.data)))
    edges: dict[str, list[str]] = {}
    yield from _archive(memoryview(source.data), source.path, 0, allowance, edges)
    yield Graph(roots=(source.path,), edges=lambda: edges)


def _archive(
    data: memoryview, path: str, depth: int, allowance: Allowance, edges: dict[str, list[str]]
) -> Iterator[Component | Problem]:
    inside = edges.setdefault(path, [])
    digests = (
        f"sha1:{hashlib.sha1(data, usedforsecurity=False).hexdigest()}",
        f"sha256:{hashlib.sha256(data).hexdigest()}",
    )
    try:
        members = zip_members.directory(data, allowance)
    except InputError as error:
        yield _component(jar_identity.from_manifest({}, path), path, path, digests)
        if depth == 0:
            raise InputError(error.what, where=path) from error
        yield Problem(where=path, what=error.what)
        return
    yield from _repeated(members, path)
    values: dict[str, str] = {}
    shaded: list[tuple[str, Identity]] = []
    for member in members:
        upper = member.name.upper()
        if upper == _MANIFEST or (upper.startswith("META-INF/MAVEN/") and upper.endswith("/POM.PROPERTIES")):
            where = f"{path}!/{member.name}"
            try:
                text = bytes(zip_members.read(data, member, allowance, most=_MOST_TEXT))
            except InputError as error:
                yield Problem(where=where, what=error.what)
                continue
            if upper == _MANIFEST:
                values = values or jar_identity.manifest(text)
            else:
                identity = jar_identity.from_pom_properties(text)
                if identity is None:
                    yield Problem(where=where, what="it names no artefact")
                else:
                    shaded.append((where, identity))
    own = next((one for one in shaded if jar_identity.is_this(one[1], path, alone=len(shaded) == 1)), None)
    yield _component(own[1] if own else jar_identity.from_manifest(values, path), path, path, digests)
    for one in shaded:
        if one is not own:
            inside.append(one[0])
            yield _component(one[1], one[0], one[0], ())
    for member in members:
        if member.name.lower().endswith(_ARCHIVES):
            where = f"{path}!/{member.name}"
            inside.append(where)
            yield from _nested(data, member, where, depth + 1, allowance, edges)


def _nested(
    data: memoryview, member: Member, path: str, depth: int, allowance: Allowance, edges: dict[str, list[str]]
) -> Iterator[Component | Problem]:
    if depth > _MOST_DEPTH:
        yield Problem(where=path, what=f"archives more than {_MOST_DEPTH} deep inside each other: it was not opened")
        return
    try:
        content = zip_members.read(data, member, allowance, most=_MOST_INFLATED)
    except InputError as error:
        yield Problem(where=path, what=error.what)
        return
    yield from _archive(content, path, depth, allowance, edges)


def _repeated(members: list[Member], path: str) -> Iterator[Problem]:
    """A name that stands twice means one file to one tool and another to the next. Here both are read."""
    if len({member.name for member in members}) == len(members):
        return
    twice = [name for name, count in Counter(member.name for member in members).items() if count > 1]
    yield Problem(
        where=path,
        what=f"{len(twice)} members stand in it more than once, such as {twice[0][:200]}",
        hint="tools differ in which one they take",
    )


def _component(identity: Identity, path: str, ref: str, digests: tuple[str, ...]) -> Component:
    group, artifact, version, line, supplier = identity
    return Component(
        name=f"{group}:{artifact}" if group else artifact,
        version=version or None,
        constraint=None if version else "*",
        purl=maven.purl(group, artifact, version or None),
        location=Location(path, None if digests else line),
        digests=digests,
        ref=ref,
        supplier=supplier,
    )
