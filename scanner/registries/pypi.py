"""A Python package index: the simple API as JSON or HTML, and the JSON of a release where the index has it.

Spec: PyPA specifications, "Simple repository API" (PEP 503, 592, 691, 700, 714, 740); "Binary distribution format" and
"Source distribution file name" for the names of files.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from scanner.display import address
from scanner.model.ecosystem import normalise_name
from scanner.model.purl import Purl
from scanner.model.released import ReleaseState
from scanner.registries import hosts, pypi_html
from scanner.registries.release import (
    Ask,
    Missing,
    Release,
    ReleaseFacts,
    below,
    joined,
    no_package,
    no_version,
    removed,
    time,
    words,
)  # fmt: skip
from scanner.shape import json_text
from scanner.versions import UncomparableError, equal

_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_SDIST = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
_REPOSITORY = re.compile(r"source|repo|code|git", re.IGNORECASE)


class File(msgspec.Struct):
    """A file of the index, whichever way it was told."""

    filename: str
    url: str
    hashes: dict[str, Any] = {}
    upload_time: Any = msgspec.field(default=None, name="upload-time")
    yanked: Any = None
    provenance: Any = None


class _Project(msgspec.Struct):
    files: list[File] = []
    versions: Any = None
    """Every version that there is, those without a file among them (PEP 700)."""


def release(ask: Ask, base: str, purl: Purl) -> Release | Missing:
    """One file of a version: by `?file_name=`, by `?artifact=sdist` or `wheel`, else the sdist, else a pure wheel."""
    url = _page(base, purl)
    data = ask(url, accept=_ACCEPT)
    if data is None:
        return no_package()
    named, told = _named(data, url, purl)
    mine = [file for file, version in named if version is not None and _same(version, purl.version or "")]
    if not mine:
        if told and any(_same(version, purl.version or "") for version in _emptied(data, url)):
            return removed(purl)
        return no_version(purl, dict.fromkeys(version for _, version in named if version))
    chosen = _chosen(mine, purl)
    if not chosen:
        return Missing(
            what=f"version {purl.version} has no such file",
            hint="?artifact=wheel, sdist, or ?file_name=…",
            state=ReleaseState.PRESENT,
        )
    first, *others = (_release(file, url, told=told) for file in chosen)
    return msgspec.structs.replace(first, others=tuple(others))


def before(ask: Ask, base: str, purl: Purl) -> tuple[str, ReleaseFacts] | None:
    """The version below, of those that are still there, and what the index says of its files together."""
    url = _page(base, purl)
    data = ask(url, accept=_ACCEPT)
    if data is None:
        return None
    named, told = _named(data, url, purl)
    version = below(purl, {version for _, version in named if version})
    if version is None:
        return None
    facts = [_release(file, url, told=told).facts for file, one in named if one == version]
    return version, msgspec.structs.replace(facts[0], attested=any(one.attested for one in facts) if told else None)


def _page(base: str, purl: Purl) -> str:
    return f"{base}{quote(normalise_name('PyPI', purl.name))}/"


def _named(data: bytes, url: str, purl: Purl) -> tuple[list[tuple[File, str | None]], bool]:
    """The files of a page, each with its version; and whether the page tells all that there is, as JSON does."""
    told = data.lstrip()[:1] == b"{"
    files = json_text.typed(data, _Project, where=address(url)).files if told else pypi_html.files(data, File)
    return [(file, _version(file.filename, purl.name)) for file in files], told


def _emptied(data: bytes, url: str) -> list[str]:
    """Versions as the page lists them beside its files: one without files has lost them."""
    project: _Project = json_text.typed(data, _Project, where=address(url))
    versions = project.versions
    return [one for one in versions if isinstance(one, str)] if isinstance(versions, list) else []


def _release(file: File, page: str, *, told: bool) -> Release:
    return Release(
        url=joined(page, file.url),
        file=file.filename,
        digests=tuple(f"{name}:{value}".lower() for name, value in file.hashes.items() if isinstance(value, str)),
        facts=ReleaseFacts(
            published=time(file.upload_time),
            attested=bool(file.provenance) if told else None,
            withdrawn=("yanked: " + (words(file.yanked) or "no reason is given")) if file.yanked else None,
        ),
        attestation=words(file.provenance),
    )


def facts(ask: Ask, base: str, purl: Purl) -> ReleaseFacts | None:
    """What the index says, with people and addresses from the release's JSON, which mirrors seldom have."""
    found = release(ask, base, purl)
    if isinstance(found, Missing):
        return None
    if not base.endswith("/simple/"):
        return found.facts
    data = ask(f"{base.removesuffix('simple/')}pypi/{quote(purl.name)}/{quote(purl.version or '')}/json")
    document = json_text.value(data, where=str(purl)) if data else {}
    info = document.get("info") if isinstance(document, dict) else None
    if not isinstance(info, dict):
        return found.facts
    people = {words(info.get(key)) for key in ("author", "author_email", "maintainer", "maintainer_email")}
    return msgspec.structs.replace(
        found.facts,
        repository=_repository(info),
        maintainers=tuple(sorted(one for one in people if one)),
    )


def _chosen(files: list[File], purl: Purl) -> list[File]:
    """Those that the purl admits, best first."""
    name, kind = purl.qualifier("file_name"), purl.qualifier("artifact")
    if name is not None:
        files = [file for file in files if file.filename == name]
    if kind in ("wheel", "sdist"):
        files = [file for file in files if file.filename.endswith(".whl") is (kind == "wheel")]
    return sorted(files, key=_preference)


def _preference(file: File) -> tuple[int, str]:
    """The source first, for it is what people can read; then the wheel of every platform."""
    if not file.filename.endswith(".whl"):
        return 0, file.filename
    return (1 if file.filename.endswith("-none-any.whl") else 2), file.filename


def _version(filename: str, package: str) -> str | None:
    """The version in a file's name; `None` for files that are neither an sdist nor a wheel of the package."""
    wanted = normalise_name("PyPI", package)
    if filename.endswith(".whl"):
        pieces = filename.split("-")
        return pieces[1] if len(pieces) >= 5 and normalise_name("PyPI", pieces[0]) == wanted else None
    stem = next((filename.removesuffix(ending) for ending in _SDIST if filename.endswith(ending)), None)
    # An old sdist may have dashes in its name, and its version may have some: the name decides.
    for place in (found.start() for found in re.finditer("-", stem or "")):
        if stem and normalise_name("PyPI", stem[:place]) == wanted:
            return stem[place + 1 :]
    return None


def _same(version: str, wanted: str) -> bool:
    try:
        return version == wanted or equal("PyPI", unquote(version), wanted)
    except UncomparableError:
        return False


def _repository(info: dict[str, Any]) -> str | None:
    urls = info.get("project_urls")
    addresses = {key: value for key, value in urls.items() if words(value)} if isinstance(urls, dict) else {}
    named = next((value for key, value in addresses.items() if _REPOSITORY.search(key)), None)
    if named is None:
        named = next((value for value in addresses.values() if "git" in hosts.host(value)), None)
    return named or words(info.get("home_page"))
