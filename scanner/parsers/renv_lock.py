"""R `renv.lock`.

Spec: https://rstudio.github.io/renv/articles/lockfile.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Location, Origin
from scanner.model.purl import Purl
from scanner.parsers import entries, git_address, graphs
from scanner.parsers.source import Source

_NAME = re.compile(r"\s*([A-Za-z][A-Za-z0-9.]*)")
# GitHub's API is what renv asks; the repository itself stands at the host that people know.
_FORGES = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}


class _Record(msgspec.Struct):
    package: entries.Words = msgspec.field(name="Package")
    version: entries.Words = msgspec.field(name="Version")
    source: str = msgspec.field(name="Source", default="unknown")
    repository: str | None = msgspec.field(name="Repository", default=None)
    hash: str | None = msgspec.field(name="Hash", default=None)
    remote_type: str | None = msgspec.field(name="RemoteType", default=None)
    remote_host: str | None = msgspec.field(name="RemoteHost", default=None)
    remote_user: str | None = msgspec.field(name="RemoteUsername", default=None)
    remote_repository: str | None = msgspec.field(name="RemoteRepo", default=None)
    remote_url: str | None = msgspec.field(name="RemoteUrl", default=None)
    remote_commit: str | None = msgspec.field(name="RemoteSha", default=None)
    requirements: Any = msgspec.field(name="Requirements", default=None)
    depends: Any = msgspec.field(name="Depends", default=None)
    imports: Any = msgspec.field(name="Imports", default=None)
    linking_to: Any = msgspec.field(name="LinkingTo", default=None)


class _Repository(msgspec.Struct):
    name: str = msgspec.field(name="Name")
    url: str = msgspec.field(name="URL")


def parse(source: Source) -> Iterator[Item]:
    """Yield each recorded package."""
    document = entries.from_json(source)
    if "Packages" not in document:
        raise InputError("it has no Packages: not an renv.lock", where=source.path)
    try:
        repositories = _repositories(document.get("R"), f"{source.path}: R")
    except InputError as error:
        yield entries.problem(error, where=source.path)
        repositories = {}
    needs: dict[str, list[str]] = {}
    for key, raw in entries.items(document["Packages"], where=f"{source.path}: Packages"):
        try:
            record = entries.read(raw, _Record, where=f"{source.path}: Packages/{key}")
            yield _component(key, record, repositories, source)
            needs.setdefault(key, []).extend(_needs(record))
        except InputError as error:
            yield entries.problem(error, where=f"{source.path}: Packages/{key}")

    def edges() -> Mapping[str, Sequence[str]]:
        # What R itself brings (`R`, `methods`, `utils` …) stands in no lock.
        found = {key: [name for name in dict.fromkeys(names) if name in needs] for key, names in needs.items()}
        return graphs.rooted(found, needs, ())

    yield Graph(roots=(graphs.ROOT,), edges=edges)
    yield from entries.repeated_keys(document, source)


def _repositories(raw: Any, where: str) -> dict[str, str]:
    listed = raw.get("Repositories") if isinstance(raw, dict) else None
    found = entries.read(listed or [], list[_Repository], where=where)
    return {repository.name: repository.url for repository in found}


def _needs(record: _Record) -> Iterator[str]:
    # renv 1.1 keeps the fields of DESCRIPTION, in which a requirement carries its range; before it made a plain list.
    for field in (record.requirements, record.depends, record.imports, record.linking_to):
        for text in field if isinstance(field, list) else str(field or "").split(","):
            match = _NAME.match(text) if isinstance(text, str) else None
            if match is not None:
                yield match[1]


def _component(key: str, record: _Record, repositories: dict[str, str], source: Source) -> Component:
    origin, address = _origin(record)
    kind = "cran"
    if origin is Origin.REGISTRY:
        served = record.repository or record.source
        address = repositories.get(served)
        if "Bioconductor" in (record.source, record.remote_type) or served.lower().startswith("bioc"):
            kind = "bioconductor"
    return Component(
        name=record.package,
        version=record.version,
        purl=Purl(kind, None, record.package, record.version),
        location=Location(source.path, needle=f'"{key}":'),
        origin=origin,
        digests=(f"md5:{record.hash}",) if record.hash else (),
        source_url=address,
        ref=key,
    )


def _origin(record: _Record) -> tuple[Origin, str | None]:
    forge = record.source.lower()
    if forge in _FORGES and record.remote_user and record.remote_repository:
        host = (record.remote_host or "").lower()
        if not host or host == f"api.{_FORGES[forge]}" or host.startswith("api.bitbucket"):
            host = _FORGES[forge]
        address = f"https://{host}/{record.remote_user}/{record.remote_repository}"
        return Origin.GIT, git_address.pinned(address, record.remote_commit)
    if forge in _FORGES or forge.startswith("git"):
        return Origin.GIT, git_address.pinned(record.remote_url, record.remote_commit) if record.remote_url else None
    if forge == "local":
        return Origin.PATH, record.remote_url
    if forge == "url":
        return Origin.URL, record.remote_url
    return Origin.REGISTRY, None
