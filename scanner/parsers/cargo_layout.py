"""The layout in which cargo writes `Cargo.lock`, and the way around it.

`read` takes only documents that consist of what cargo writes, to the last character: of those it reads what a TOML
decoder would (a law that is tested). `read_toml` takes every TOML document.
"""

from __future__ import annotations

import re

import msgspec

from scanner.errors import InputError
from scanner.model.component import Problem
from scanner.parsers import tables
from scanner.parsers.source import Source


class Locked(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One `[[package]]`."""

    name: tables.Name
    version: str
    source: str = ""
    checksum: str = ""
    dependencies: tuple[str, ...] = ()
    replace: str = ""
    line: int = 0
    """0 where it is not known."""


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    packages: tuple[Locked, ...]
    checksums: dict[str, str] = {}
    """Version 1: "name version (source)" → digest."""
    unused: tuple[str, ...] = ()
    """Names of patches that nothing uses."""


# A basic string without escapes: what stands in it is what it means.
_STRING = r'"([^"\\\x00-\x1f\x7f]*)"'
_PREAMBLE = re.compile(r"(?:#[^\x00-\x08\x0a-\x1f\x7f]*\n|\n)*(?:version = [1-9]\n)?\n*")
_PACKAGE = re.compile(
    r"\[\[package\]\]\n"
    rf"name = {_STRING}\n"
    rf"version = {_STRING}\n"
    rf"(?:source = {_STRING}\n)?"
    rf"(?:checksum = {_STRING}\n)?"
    rf'(?:dependencies = \[\n((?: "[^"\\\x00-\x1f\x7f]*",\n)*)\]\n)?'
    rf"(?:replace = {_STRING}\n)?"
    r"\n*"
)
_METADATA = re.compile(r"\[metadata\]\n((?:\"[^\"\\\x00-\x1f\x7f]*\" = \"[^\"\\\x00-\x1f\x7f]*\"\n)*)\n*")
_PAIR = re.compile(rf"{_STRING} = {_STRING}\n")
_CHECKSUM = "checksum "


def read(text: str) -> Lock | None:
    """Read what cargo wrote (line feeds only); `None` for everything else."""
    at = _PREAMBLE.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
    line = text.count("\n", 0, at) + 1
    packages: list[Locked] = []
    while (match := _PACKAGE.match(text, at)) is not None:
        name, version, source, checksum, dependencies, replace = match.groups()
        if not 0 < len(name) <= tables.LONGEST_NAME:
            return None
        packages.append(
            Locked(
                name=name,
                version=version,
                source=source or "",
                checksum=checksum or "",
                # Between its quotes no entry holds one.
                dependencies=tuple(dependencies[2:-3].split('",\n "')) if dependencies else (),
                replace=replace or "",
                line=line + 1,
            )
        )
        line += text.count("\n", at, match.end())
        at = match.end()
    checksums: dict[str, str] = {}
    if (match := _METADATA.match(text, at)) is not None:
        pairs = _PAIR.findall(match[1])
        checksums = dict(pairs)
        if len(checksums) != len(pairs):
            return None
        at = match.end()
    if at != len(text) or not packages:
        return None
    return Lock(packages=tuple(packages), checksums=_named(checksums))


def read_toml(source: Source) -> tuple[Lock, list[Problem], InputError | None]:
    """Read any TOML document: what it holds, what is wrong with entries, and with the document after them.

    Raises `InputError` where nothing of it can be read.
    """
    document = tables.toml_document(source)
    found, problems = tables.toml_rows(document, "package", Locked)
    packages = [msgspec.structs.replace(crate, line=location.line or 0) for location, crate in found]
    if "root" in document.tables:  # the project itself, before cargo 1.18
        roots, bad = tables.rows([document.tables["root"]], Locked, path=source.path, place="root")
        packages[:0] = [crate for _, crate in roots]
        problems += bad
    metadata = {
        key: value for key, value in tables.table(document.tables, "metadata").items() if isinstance(value, str)
    }
    unused, bad = tables.rows(
        tables.table(document.tables, "patch").get("unused"), Locked, path=source.path, place="patch/unused"
    )
    return (
        Lock(
            packages=tuple(packages),
            checksums=_named(metadata),
            unused=tuple(f"{crate.name} {crate.version}" for _, crate in unused),
        ),
        problems + bad,
        document.broken,
    )


def _named(metadata: dict[str, str]) -> dict[str, str]:
    return {key[len(_CHECKSUM) :]: value for key, value in metadata.items() if key.startswith(_CHECKSUM)}
