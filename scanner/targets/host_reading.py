"""What the readers of caches share: the files of a folder on a machine, and components told by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from scanner.errors import InputError
from scanner.model.component import Component, Location, Problem
from scanner.model.purl import Purl
from scanner.targets import walk
from scanner.targets.host import Host

Item = Component | Problem
_MOST_INDEX = 4 * 1024 * 1024


def component(
    type_: str,
    namespace: str | None,
    name: str,
    version: str | None,
    location: Location,
    *,
    full: str | None = None,
    digests: tuple[str, ...] = (),
    source_url: str | None = None,
) -> Component:
    spelled = name.lower().replace("_", "-") if type_ == "pypi" else name
    return Component(
        name=full or name,
        version=version,
        purl=Purl(type_, namespace, spelled, version),
        location=location,
        digests=digests,
        source_url=source_url,
    )


def names(host: Host, base: str) -> Iterator[str | Problem]:
    """The path of each regular file below, and what stood in the way."""
    for item in walk.walk(host.full(base), wanted=lambda _: False):
        where = PurePosixPath("/", base, item.where if isinstance(item, Problem) else item.path).as_posix()
        yield Problem(where=where, what=item.what, hint=item.hint) if isinstance(item, Problem) else where


def files(host: Host, base: str, *, ending: str = "") -> Iterator[tuple[str, bytes | Problem]]:
    """(path, content) of each small regular file below whose name ends so."""
    for path in names(host, base):
        if isinstance(path, Problem):
            yield path.where, path
        elif path.endswith(ending):
            try:
                yield path, walk.read(host.root, path.lstrip("/"), first=_MOST_INDEX)
            except InputError as error:
                yield path, Problem(where=path, what=error.what, hint=error.hint)


def small(host: Host, path: str) -> str:
    """The text of a small file that may not be there."""
    try:
        place = host.resolve(path)
        data = b"" if place is None else walk.read(host.root, place, first=1000)
    except InputError:
        return ""
    return data.decode("utf-8", "replace").strip()
