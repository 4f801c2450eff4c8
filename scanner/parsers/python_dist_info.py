"""An installed Python distribution: `*.dist-info/METADATA` or `*.egg-info/PKG-INFO`.

Specs: https://packaging.python.org/en/latest/specifications/core-metadata/, …/recording-installed-packages/ and
…/direct-url/. The digests in RECORD are the package's own claims on its files, not those of an artefact.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Problem
from scanner.parsers import python
from scanner.parsers.source import Source
from scanner.shape import encoding, json_text

_MOST = 16 * 1024 * 1024
_MOST_URLS = 50


class _Vcs(msgspec.Struct, frozen=True):
    commit_id: str = ""


class _Archive(msgspec.Struct, frozen=True):
    hash: str | None = None
    hashes: dict[str, str] = {}


class _Directory(msgspec.Struct, frozen=True):
    editable: bool = False


class _DirectUrl(msgspec.Struct, frozen=True):
    url: str
    vcs_info: _Vcs | None = None
    archive_info: _Archive | None = None
    dir_info: _Directory | None = None


def parse(source: Source) -> Iterator[Item]:
    """Yield the distribution, with the address that it was installed from where the installer noted one."""
    text, garbled = _text(source)
    headers = _headers(text)
    name, line = next(iter(headers.get("name", ())), ("", None))
    if not name:
        raise InputError("no Name", where=source.path, hint="it is not the metadata of a Python distribution")
    version = next((value for value, _ in headers.get("version", ()) if value), None)
    folder = posixpath.dirname(source.path)
    direct, problems = _direct_url(source, folder)
    origin, address, digests = _origin(direct)
    yield Component(
        name=name,
        version=version,
        purl=python.purl(name, version),
        location=Location(source.path, line),
        origin=origin,
        digests=digests,
        source_url=address,
        supplier=_first(headers, ("author-email", "author", "maintainer-email", "maintainer")),
        urls=_urls(headers),
    )
    yield from problems
    yield from garbled
    for key in ("name", "version"):
        if len({value for value, _ in headers.get(key, ())}) > 1:
            values = ", ".join(repr(value[:100]) for value, _ in headers[key][:5])
            yield Problem(where=source.path, what=f"{key} is said more than once: {values}", hint="the first was read")
    if folder.endswith(".dist-info") and source.sibling(posixpath.join(folder, "RECORD")) is None:
        installer = (source.sibling(posixpath.join(folder, "INSTALLER")) or b"").decode("utf-8", "replace").strip()
        yield Problem(
            where=folder,
            what="there is no RECORD of the installed files",
            hint=f"installed by {installer[:100]!r}" if installer else "nor does it say who installed it",
            harmless=True,
        )


def _text(source: Source) -> tuple[str, list[Problem]]:
    """The file as text; old packages were written in whatever encoding their author used."""
    if len(source.data) > _MOST:
        raise InputError(f"{len(source.data)} bytes of metadata", where=source.path, hint=f"at most {_MOST} are read")
    try:
        return encoding.text(source.data, where=source.path), []
    except InputError as error:
        return encoding.lenient_text(source.data), [Problem(where=source.path, what=error.what, harmless=True)]


def _headers(text: str) -> dict[str, list[tuple[str, int]]]:
    """Lower-case name → values with their lines, up to the empty line before the description."""
    found: dict[str, list[tuple[str, int]]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            break
        if line[0] in " \t":
            continue  # the further lines of a licence or description, of which nothing is read
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append((value.strip(), number))
    return found


def _first(headers: dict[str, list[tuple[str, int]]], keys: tuple[str, ...]) -> str | None:
    values = (value for key in keys for value, _ in headers.get(key, ()))
    return next((value for value in values if value and value != "UNKNOWN"), None)


def _urls(headers: dict[str, list[tuple[str, int]]]) -> tuple[str, ...]:
    found = [value for key in ("home-page", "download-url") for value, _ in headers.get(key, ())]
    # `Project-URL: Label, https://…`
    found += [value.rpartition(",")[2].strip() for value, _ in headers.get("project-url", ())]
    return tuple(dict.fromkeys(url for url in found if "://" in url))[:_MOST_URLS]


def _direct_url(source: Source, folder: str) -> tuple[_DirectUrl | None, list[Problem]]:
    path = posixpath.join(folder, "direct_url.json")
    data = source.sibling(path)
    if data is None:
        return None, []
    try:
        return json_text.typed(data, _DirectUrl, where=path), []
    except InputError as error:
        return None, [Problem(where=path, what=error.what, hint="where it was installed from is not known")]


def _origin(direct: _DirectUrl | None) -> tuple[Origin, str | None, tuple[str, ...]]:
    if direct is None:
        return Origin.REGISTRY, None, ()
    if direct.vcs_info is not None:
        commit = direct.vcs_info.commit_id
        return Origin.GIT, f"{direct.url}#{commit}" if commit else direct.url, ()
    if direct.dir_info is not None or direct.url.startswith("file:"):
        return Origin.PATH, direct.url, _digests(direct.archive_info)
    return Origin.URL, direct.url, _digests(direct.archive_info)


def _digests(archive: _Archive | None) -> tuple[str, ...]:
    if archive is None:
        return ()
    found = {f"{name.lower()}:{value}" for name, value in archive.hashes.items()}
    if archive.hash and "=" in archive.hash:
        found.add(archive.hash.replace("=", ":", 1))
    return tuple(sorted(found))
