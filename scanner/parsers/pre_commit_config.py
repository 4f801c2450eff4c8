"""`.pre-commit-config.yaml`: the repositories of hooks, and what the hooks install besides.

Spec: https://pre-commit.com/#pre-commit-configyaml---repos
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Origin, Problem, Scope
from scanner.model.purl import Purl
from scanner.parsers import entries, git_address, python
from scanner.parsers.source import Source

# Not addresses: hooks that the project brings itself, and pre-commit's checks of its own configuration.
_OWN = frozenset(("local", "meta"))
_NPM = re.compile(r"(?P<scope>@[^@/\s]+/)?(?P<name>[^@/\s:]+)(?:@(?P<wanted>\S*))?\Z")
_NPM_EXACT = re.compile(r"[v=]?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)\Z")


class _Hook(msgspec.Struct):
    id: str = ""
    language: str | None = None
    additional_dependencies: Any = None


class _Repository(msgspec.Struct):
    repo: entries.Words
    rev: str | None = None
    hooks: Any = None


def parse(source: Source) -> Iterator[Item]:
    """Yield each repository of hooks, followed by what its hooks install besides."""
    document = entries.from_yaml(source)
    if "repos" not in document:
        raise InputError("it has no repos: not a pre-commit configuration", where=source.path)
    for number, raw in enumerate(entries.elements(document["repos"] or [], where=f"{source.path}: repos")):
        where = f"{source.path}: repos/{number}"
        try:
            repository = entries.read(raw, _Repository, where=where)
            if repository.repo not in _OWN:
                yield _component(repository, source)
        except InputError as error:
            yield entries.problem(error, where=where)
            continue
        try:
            for hook in entries.elements(repository.hooks or [], where=f"{where}/hooks"):
                yield from _dependencies(hook, f"{where}/hooks", source)
        except InputError as error:
            yield entries.problem(error, where=where)
    yield from entries.repeated_keys(document, source)


def _component(repository: _Repository, source: Source) -> Component:
    url = repository.repo.strip()
    danger = git_address.hostile(url)
    if danger is not None:
        raise InputError(f"the address {url[:200]!r} is an attack: {danger}")
    found = git_address.remote(url)
    return Component(
        name=found.path if found else url,
        version=repository.rev or None,
        constraint=None if repository.rev else "*",
        purl=git_address.purl(found, repository.rev or None) if found else None,
        location=Location(source.path, needle=repository.repo),
        scope=Scope.DEVELOPMENT,
        origin=Origin.GIT,
        source_url=repository.repo,
    )


def _dependencies(raw: Any, where: str, source: Source) -> Iterator[Item]:
    try:
        hook = entries.read(raw, _Hook, where=where)
        listed = entries.read(hook.additional_dependencies or [], list[str], where=f"{where}/{hook.id}")
    except InputError as error:
        yield entries.problem(error, where=where)
        return
    if listed and hook.language not in ("python", "node"):
        named = ", ".join(repr(text[:100]) for text in listed[:10])
        yield Problem(
            where=f"{where}/{hook.id}",
            what=f"it does not say in which language it installs {named}",
            hint="language: python or language: node beside them would",
            harmless=True,
        )
        return
    for text in listed:
        location = Location(source.path, needle=text)
        try:
            if hook.language == "node":
                yield _npm(text, location)
            else:
                yield python.component(python.requirement(text), location, scope=Scope.DEVELOPMENT)
        except InputError as error:
            yield entries.problem(error, where=f"{where}/{hook.id}")


def _npm(text: str, location: Location) -> Component:
    match = _NPM.match(text.strip())
    if match is None:
        raise InputError(f"{text[:200]!r} is no package of npm with a version")
    scope, name, wanted = match["scope"] or "", match["name"], match["wanted"] or "*"
    exact = _NPM_EXACT.match(wanted)
    version = exact[1] if exact else None
    return Component(
        name=scope + name,
        version=version,
        constraint=None if version else wanted,
        purl=Purl("npm", scope.rstrip("/").lower() or None, name, version),
        location=location,
        scope=Scope.DEVELOPMENT,
    )
