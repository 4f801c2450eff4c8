"""Gradle version catalogue, `gradle/libs.versions.toml`.

Spec: https://docs.gradle.org/current/userguide/version_catalogs.html and, for rich versions,
https://docs.gradle.org/current/userguide/dependency_versions.html

A catalogue lists what the builds of a repository may ask for by a short name; all of it is yielded. Plugins are
published under a name of their own, `<id>:<id>.gradle.plugin`, and run in the build: scope development.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Problem, Scope
from scanner.parsers import maven
from scanner.parsers.source import Source
from scanner.shape import encoding, toml_text

_SECTION = re.compile(r"\s*\[\s*([A-Za-z]+)\s*[\].]")
_KEY = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*[=.]""")
_TABLE = re.compile(r"""\s*\[\s*[A-Za-z]+\s*\.\s*["']?([^\]"']+)["']?\s*\]""")
_OPEN = re.compile(r"[\[\](),]|\+\Z|\Alatest\.")

Pin = tuple[str | None, str | None]
"""(version, constraint)"""


def parse(source: Source) -> Iterator[Item]:
    """Yield each library and plugin of the catalogue."""
    document = toml_text.value(source.data, where=source.path)
    sections = [document.get(name, {}) for name in ("versions", "libraries", "plugins")]
    if not any(isinstance(section, dict) and section for section in sections):
        raise InputError("neither versions, libraries nor plugins: not a version catalogue", where=source.path)
    lines = _lines(source)
    versions, libraries, plugins = (section if isinstance(section, dict) else {} for section in sections)
    for name, entries, scope in (
        ("libraries", libraries, Scope.RUNTIME),
        ("plugins", plugins, Scope.DEVELOPMENT),
    ):
        for alias, entry in entries.items():
            location = Location(source.path, lines.get((name, alias)), needle=alias)
            where = f"{source.path}: {name}/{alias}"
            try:
                group, artifact, version = _plugin(entry) if name == "plugins" else _library(entry)
            except InputError as error:
                yield Problem(where=where, what=error.what, line=location.line)
                continue
            pin: Pin = (None, "*")
            try:
                pin = _pin(version, versions)
            except InputError as error:
                yield Problem(where=where, what=error.what, line=location.line)
            yield Component(
                name=f"{group}:{artifact}",
                version=pin[0],
                constraint=pin[1],
                purl=maven.purl(group, artifact, pin[0]),
                location=location,
                scope=scope,
            )


def _lines(source: Source) -> dict[tuple[str, str], int]:
    """Where each key of each section stands: tomllib does not say."""
    found: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(encoding.text(source.data, where=source.path).split("\n"), 1):
        opened = _SECTION.match(line)
        key: re.Match[str] | None
        if opened:
            section = opened.group(1)
            key = _TABLE.match(line)
        else:
            key = _KEY.match(line)
        if key:
            found.setdefault((section, next(filter(None, key.groups()), "")), number)
    return found


def _library(entry: Any) -> tuple[str, str, Any]:
    if isinstance(entry, str):
        parts = entry.split(":")
        if len(parts) != 3 or not all(parts):
            raise InputError(f"not group:artifact:version: {entry[:200]!r}")
        return parts[0], parts[1], parts[2]
    if not isinstance(entry, dict):
        raise InputError("neither text nor a table")
    module = entry.get("module")
    group: Any = entry.get("group")
    artifact: Any = entry.get("name")
    if isinstance(module, str):
        group, _, artifact = module.partition(":")
    if not (isinstance(group, str) and isinstance(artifact, str) and group and artifact and ":" not in artifact):
        raise InputError("it names no module (group:artifact)")
    return group, artifact, entry.get("version")


def _plugin(entry: Any) -> tuple[str, str, Any]:
    id_: Any
    version: Any
    if isinstance(entry, str):
        id_, _, version = entry.partition(":")
    elif isinstance(entry, dict):
        id_, version = entry.get("id"), entry.get("version")
    else:
        raise InputError("neither text nor a table")
    if not isinstance(id_, str) or not id_:
        raise InputError("it names no plugin id")
    return id_, f"{id_}.gradle.plugin", version


def _pin(version: Any, versions: dict[str, Any]) -> Pin:
    if isinstance(version, dict) and "ref" in version:
        name = version["ref"]
        if not isinstance(name, str) or name not in versions:
            raise InputError(f"its version refers to {str(name)[:200]!r}, which [versions] does not have")
        version = versions[name]
    if version is None or version == "":
        # A platform (BOM) decides.
        return None, "*"
    if isinstance(version, str):
        strict, marks, preferred = version.partition("!!")
        return _decided([strict, preferred] if marks else [version])
    if not isinstance(version, dict):
        raise InputError("its version is neither text nor a table")
    words = [version.get(key) for key in ("strictly", "require", "prefer")]
    return _decided([word for word in words if isinstance(word, str)])


def _decided(words: list[str]) -> Pin:
    """The strongest word decides: a preference inside a range is a wish, and any version of the range may come."""
    written = next(filter(None, (word.strip() for word in words)), "")
    if not written:
        return None, "*"
    return (None, written) if _OPEN.search(written) else (written, None)
