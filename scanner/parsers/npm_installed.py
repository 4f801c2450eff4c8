"""An installed package: `node_modules/<name>/package.json`, of which only itself counts, not what it asks for.

Spec: https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md.
Keys with an underscore were added by npm up to version 6, and by registries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Problem
from scanner.parsers import npm, npm_json
from scanner.parsers.source import Source
from scanner.shape import encoding

_FOLDER = "node_modules/"
_PERSON = re.compile(r"[^<(]{0,500}<([^<>\s]{1,320})>")
_MAX_PEOPLE = 200


def parse(source: Source) -> Iterator[Item]:
    """Yield the package, with where it came from and who is behind it as far as it says."""
    document, problems = npm_json.decode(source.data, source.path)
    yield from problems
    if not isinstance(document, dict):
        raise InputError("not a package.json: it is no JSON object", where=source.path)
    for reading in npm_json.readings(document):
        yield from _package(reading, source)


def _package(document: dict[str, Any], source: Source) -> Iterator[Item]:
    folder = source.path.rpartition(_FOLDER)[2].removesuffix("/package.json").removesuffix("package.json")
    name, version = _text(document.get("name")), _text(document.get("version"))
    if not name and not folder:
        yield Problem(where=source.path, what="it names no package")
        return
    if not name:
        yield Problem(where=source.path, what="it does not say its name", hint=f"read as {folder}, after its folder")
        name = folder
    elif folder and name != folder:
        what = f"it says {name}, but is installed as {folder}"
        yield Problem(where=source.path, what=what, hint="an alias, or a disguise", harmless=True)
    if not version:
        yield Problem(where=source.path, what=f"{name} does not say its version")
    dist = document.get("dist")
    dist = dist if isinstance(dist, dict) else {}
    url = _text(document.get("_resolved")) or _text(dist.get("tarball"))
    origin = _origin(url, _text(document.get("_from")))
    component = Component(
        name=name, version=version, purl=npm.purl(name, version),
        constraint="*" if version is None and origin is Origin.REGISTRY else None,
        location=Location(source.path, None, _needle(source.data, version)), origin=origin, source_url=url,
        digests=tuple(_digests(document, dist)), alias=folder if folder and folder != name else None,
        supplier=_person(document.get("author"))[0], urls=tuple(dict.fromkeys(_urls(document))),
    )  # fmt: skip
    yield component
    yield from npm.contradicted(component, source.path)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _needle(data: bytes, version: str | None) -> str:
    """The line of the version, as the file spells it."""
    if version is None:
        return ""
    found = re.search(rf'"version"[ \t]*:[ \t]*"{re.escape(version)}"', encoding.lenient_text(data))
    return found[0] if found else ""


def _origin(url: str | None, asked: str | None) -> Origin:
    """By the address; without one, by what was asked for (`axios@github:a/b`, `file:../x`)."""
    if url is not None:
        return npm.origin(url)
    if asked is None:
        return Origin.REGISTRY
    name, requirement = npm.split(asked)
    return npm.wanted(name, requirement).origin if requirement else Origin.REGISTRY


def _digests(document: dict[str, Any], dist: dict[str, Any]) -> Iterator[str]:
    yield from npm.digests(document.get("_integrity") or dist.get("integrity"))
    sha1 = _text(document.get("_shasum")) or _text(dist.get("shasum"))
    if sha1:
        yield f"sha1:{sha1.lower()}"


def _person(value: Any) -> tuple[str | None, str | None]:
    """Name (or all that is said) and e-mail address of `{"name": …, "email": …}` or `Name <address> (url)`."""
    if isinstance(value, dict):
        return _text(value.get("name")), _text(value.get("email"))
    if not isinstance(value, str):
        return None, None
    found = _PERSON.match(value)
    return value or None, found[1] if found else None


def _urls(document: dict[str, Any]) -> Iterator[str]:
    """Repository, home page, and the e-mail addresses of everybody named: an account taken over shows there."""
    repository = document.get("repository")
    for said in (repository.get("url") if isinstance(repository, dict) else repository, document.get("homepage")):
        address = _text(said)
        if address:
            yield address
    people = [document.get("author"), document.get("_npmUser")]
    for key in ("maintainers", "contributors"):
        several = document.get(key)
        people += several[:_MAX_PEOPLE] if isinstance(several, list) else [several]
    for person in people:
        email = _person(person)[1]
        if email:
            yield f"mailto:{email}"
