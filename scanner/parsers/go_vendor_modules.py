"""Go `vendor/modules.txt`: the modules whose code lies in `vendor/`.

Written by `go mod vendor`: https://go.dev/ref/mod#vendoring. `# module version` opens a module, `=>` names its
replacement, `## …` annotates it, and the packages follow that were copied. A module without packages is required but
no code of it is here: scope optional. At the end every replacement is listed once more, used or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.model.component import Component, Item, Location, Origin, Problem, Scope
from scanner.parsers import golang
from scanner.parsers.source import Source
from scanner.shape import encoding


class _Header(NamedTuple):
    path: str
    version: str | None
    new_path: str | None
    new_version: str | None
    line: int


def parse(source: Source) -> Iterator[Item]:
    """Yield each vendored module, as replaced."""
    open_: _Header | None = None
    packages = 0
    seen: set[tuple[str | None, ...]] = set()
    for number, raw in enumerate(encoding.text(source.data, where=source.path).split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("##"):
            continue
        if not line.startswith("#"):
            if open_ is None:
                yield Problem(where=source.path, what="a package before any module", line=number)
            packages += 1
            continue
        if open_ is not None:
            yield from _component(open_, packages, seen, source)
        packages = 0
        open_ = _header(line[1:].split(), number)
        if open_ is None:
            yield Problem(where=source.path, what="not a module line: # module version [=> replacement]", line=number)
    if open_ is not None:
        yield from _component(open_, packages, seen, source)


def _header(words: list[str], line: int) -> _Header | None:
    arrow = words.index("=>") if "=>" in words else len(words)
    old, new = words[:arrow], words[arrow + 1 :]
    if len(old) not in (1, 2) or len(new) > 2 or (len(old) == 1 and not new):
        return None
    if arrow < len(words) and (not new or (len(new) == 1) != golang.is_local(new[0])):
        return None
    return _Header(
        path=old[0],
        version=old[1] if len(old) == 2 else None,
        new_path=new[0] if new else None,
        new_version=new[1] if len(new) == 2 else None,
        line=line,
    )


def _component(
    header: _Header, packages: int, seen: set[tuple[str | None, ...]], source: Source
) -> Iterator[Component]:
    identity = header.path, header.new_path or header.version, header.new_version
    # The list at the end repeats replacements that were given where their module was opened.
    if not packages and header.new_path is not None and identity in seen:
        return
    seen.add(identity)
    local = header.new_path is not None and header.new_version is None
    replaced = header.new_path is not None and not local
    name = header.new_path if replaced and header.new_path else header.path
    version = header.new_version if replaced else header.version
    exact = version if version and golang.is_version(version) else None
    yield Component(
        name=name,
        version=exact,
        constraint=None if exact else version or "*",
        purl=golang.purl(name, exact),
        location=Location(source.path, header.line),
        scope=Scope.RUNTIME if packages else Scope.OPTIONAL,
        origin=Origin.PATH if local else Origin.REGISTRY,
        source_url=header.new_path if local else None,
        alias=header.path if replaced and name != header.path else None,
    )
