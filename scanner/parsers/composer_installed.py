"""What Composer installed: `vendor/composer/installed.json`, as Composer 1 and 2 write it.

Format: https://github.com/composer/composer, src/Composer/Repository/FilesystemRepository.php. Composer 1 writes a
list and does not say what is for development; Composer 2 writes an object that names those packages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.model.component import Graph, Item, Problem, Scope
from scanner.parsers import composer, graphs, tables
from scanner.parsers.source import Source

_DOCUMENT: Any = dict[str, Any] | list[Any]


def parse(source: Source) -> Iterator[Item]:
    """Yield each installed package."""
    gathered = composer.Gathered(source.path)
    for document in tables.json_readings(source, _DOCUMENT):
        if isinstance(document, Problem):
            yield document
            continue
        packages: object = document
        development: frozenset[str] = frozenset()
        if isinstance(document, dict):
            packages = document.get("packages")
            named = document.get("dev-package-names")
            names = named if isinstance(named, list) else []
            development = frozenset(composer.key(name) for name in names if isinstance(name, str))

        def scope(name: str, among: frozenset[str] = development) -> Scope:
            return Scope.DEVELOPMENT if composer.key(name) in among else Scope.RUNTIME

        if packages is None:
            yield Problem(where=source.path, what="there is no list of packages")
        yield from gathered.add("packages", packages, scope)

    def edges() -> Mapping[str, Sequence[str]]:
        return graphs.rooted(gathered.edges(), (ref for _, ref in gathered.packages), ())

    if gathered.packages:
        yield Graph(roots=(graphs.ROOT,), edges=edges)
