"""A vendored crate: `.cargo-checksum.json` beside the crate's `Cargo.toml`.

Format: https://doc.rust-lang.org/cargo/reference/source-replacement.html#directory-sources; `package` is the SHA-256
of the `.crate` file, and null for what came from git.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Problem
from scanner.model.purl import Purl
from scanner.parsers import tables
from scanner.parsers.source import Source
from scanner.shape import toml_text


class _Checksums(msgspec.Struct, frozen=True):
    package: str | None = None


class _Manifest(msgspec.Struct, frozen=True):
    name: tables.Name
    version: str | None = None
    repository: str | None = None
    homepage: str | None = None


def parse(source: Source) -> Iterator[Item]:
    """Yield the crate, by the name that its manifest says, else by that of its folder."""
    folder = posixpath.dirname(source.path)
    manifest, problems = _manifest(source, posixpath.join(folder, "Cargo.toml"))
    name = manifest.name if manifest else posixpath.basename(folder)
    version = manifest.version if manifest else None
    said: set[Item] = set()
    for document in tables.json_readings(source, _Checksums):
        if isinstance(document, Problem):
            yield document
            continue
        component = Component(
            name=name,
            version=version,
            constraint=None if version else "*",
            purl=Purl("cargo", None, name, version) if name else None,
            location=Location(source.path, None, '"package"'),
            origin=Origin.REGISTRY if document.package else Origin.GIT,
            digests=(f"sha256:{document.package}",) if document.package else (),
            urls=tuple(url for url in (manifest.repository, manifest.homepage) if url) if manifest else (),
        )
        if component not in said:
            said.add(component)
            yield component
    yield from problems


def _manifest(source: Source, path: str) -> tuple[_Manifest | None, list[Problem]]:
    data = source.sibling(path)
    if data is None:
        return None, [Problem(where=path, what="not there: the crate's version is not known")]
    try:
        package = tables.table(toml_text.value(data, where=path), "package")
    except InputError as error:
        return None, [Problem(where=path, what=error.what, hint="the crate's version is not known")]
    # `version.workspace = true`, in a copy that was never published: what it inherits is not known here.
    said = {key: None if isinstance(value, dict) else value for key, value in package.items()}
    try:
        return msgspec.convert(said, _Manifest), []
    except msgspec.ValidationError as error:
        return None, [Problem(where=f"{path}: package", what=f"unexpected content: {error}")]
