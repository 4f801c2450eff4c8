"""Go `go.mod`, with the hashes of the `go.sum` beside it.

Spec: https://go.dev/ref/mod#go-mod-file

From Go 1.17 on `go.mod` lists every module of the build. Before that it left out indirect ones: so a module whose
zip hash stands in `go.sum` alone is yielded as well, with scope optional, because `go.sum` also keeps versions
that once were in the build. A hash of a `go.mod` alone means that only the requirements were read, not the code.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin, Problem, Scope, Subject
from scanner.parsers import golang
from scanner.parsers.go_mod_syntax import Module, Replacement, Require, read
from scanner.parsers.source import Source
from scanner.shape import encoding

_ROOT = "."
_MOST_PARTS = 50


def parse(source: Source) -> Iterator[Item]:
    """Yield the project, its required modules as replaced, the toolchain, and what only `go.sum` knows."""
    module = read(encoding.text(source.data, where=source.path), where=source.path)
    yield from module.problems
    if module.path:
        yield Subject(component=_project(module, source))
    sums: dict[tuple[str, str], golang.Sum] = {}
    yield from _read_sums(source, module, sums)
    direct: list[str] = []
    shipped: set[tuple[str, str | None]] = set()
    for require in module.requires:
        component = _required(require, module, sums, source)
        shipped |= {(require.path, require.version), (component.name, component.version)}
        if not require.indirect:
            direct.append(component.ref)
        if (require.path, require.version) in module.excludes:
            yield Problem(
                where=source.path,
                what=f"{require.path} {require.version} is required and excluded: go takes another version or none",
                line=require.line,
                harmless=True,
            )
        yield component
    yield from _unrequired(module, sums, shipped, source)
    yield from _standard_library(module, source)
    yield from _tools(module, source)
    yield Graph(roots=(_ROOT,), edges=lambda: {_ROOT: direct})


def _project(module: Module, source: Source) -> Component:
    return Component(
        name=module.path,
        version=None,
        purl=golang.purl(module.path, None),
        location=Location(source.path, module.line),
        origin=Origin.WORKSPACE,
        ref=_ROOT,
    )


def _read_sums(source: Source, module: Module, sums: dict[tuple[str, str], golang.Sum]) -> Iterator[Problem]:
    path = _sum_path(source)
    data = source.sibling(path)
    if data is None:
        if module.requires:
            yield Problem(where=source.path, what="no go.sum beside it: nothing pins the code", harmless=True)
        return
    try:
        for item in golang.read_sums(data, where=path):
            if isinstance(item, Problem):
                yield item
            else:
                sums[item.path, item.version] = item
    except InputError as error:
        yield Problem(where=path, what=error.what, hint=error.hint)


def _sum_path(source: Source) -> str:
    return posixpath.join(posixpath.dirname(source.path), "go.sum")


def _required(require: Require, module: Module, sums: dict[tuple[str, str], golang.Sum], source: Source) -> Component:
    excluded = (require.path, require.version) in module.excludes
    scope = Scope.OPTIONAL if excluded else Scope.RUNTIME
    replacement = module.replacement(require.path, require.version)
    if replacement is None:
        return _component(require.path, require.version, require.line, sums, source, scope=scope)
    return _replaced(require.path, require.version, replacement, sums, source, scope)


def _replaced(
    path: str,
    version: str | None,
    replacement: Replacement,
    sums: dict[tuple[str, str], golang.Sum],
    source: Source,
    scope: Scope,
) -> Component:
    if replacement.version is None:
        # A folder of this tree (or outside it) is built in the module's place.
        return Component(
            name=path,
            version=version,
            purl=golang.purl(path, version),
            location=Location(source.path, replacement.line),
            scope=scope,
            origin=Origin.PATH,
            source_url=replacement.path,
            ref=f"{path}@{version}",
        )
    alias = path if path != replacement.path else None
    return _component(replacement.path, replacement.version, replacement.line, sums, source, scope=scope, alias=alias)


def _component(
    path: str,
    version: str,
    line: int,
    sums: dict[tuple[str, str], golang.Sum],
    source: Source,
    *,
    scope: Scope,
    alias: str | None = None,
) -> Component:
    known = sums.get((path, version))
    exact = version if golang.is_version(version) else None
    return Component(
        name=path,
        version=exact,
        constraint=None if exact else version,
        purl=golang.purl(path, exact),
        location=Location(source.path, line),
        scope=scope,
        digests=known.hashes if known else (),
        ref=f"{path}@{version}" if alias is None else f"{alias}=>{path}@{version}",
        alias=alias,
    )


def _unrequired(
    module: Module, sums: dict[tuple[str, str], golang.Sum], shipped: set[tuple[str, str | None]], source: Source
) -> Iterator[Component]:
    """Replacements of modules that are not required here, and modules that only `go.sum` knows."""
    required = {require.path for require in module.requires}
    for (path, version), replacement in module.replaces.items():
        if path not in required:
            component = _replaced(path, version, replacement, sums, source, Scope.OPTIONAL)
            shipped.add((component.name, component.version))
            yield component
    beside = _sum_path(source)
    for known in sums.values():
        if (known.path, known.version) not in shipped:
            yield Component(
                name=known.path,
                version=known.version,
                purl=golang.purl(known.path, known.version),
                location=Location(beside, known.line),
                scope=Scope.OPTIONAL,
                digests=known.hashes,
                ref=f"go.sum:{known.path}@{known.version}",
            )


def _standard_library(module: Module, source: Source) -> Iterator[Component]:
    """The toolchain, whose standard library is compiled in. `go 1.22` is a minimum, `toolchain go1.22.3` a choice."""
    if module.toolchain is not None:
        version, line = module.toolchain
        yield Component(
            name="stdlib",
            version=version,
            purl=golang.purl("stdlib", version),
            location=Location(source.path, line),
            ref="stdlib",
        )
    elif module.go is not None:
        version, line = module.go
        yield Component(
            name="stdlib",
            version=None,
            constraint=f">={version}",
            purl=golang.purl("stdlib", None),
            location=Location(source.path, line),
            ref="stdlib",
        )


def _tools(module: Module, source: Source) -> Iterator[Problem]:
    """A `tool` is a package of a required module: that module is a component already."""
    known = {module.path, *(require.path for require in module.requires)}
    for package, line in module.tools:
        parts = package.split("/")
        if known.isdisjoint("/".join(parts[:count]) for count in range(1, min(len(parts), _MOST_PARTS) + 1)):
            yield Problem(where=source.path, what=f"no required module holds the tool {package[:200]}", line=line)
