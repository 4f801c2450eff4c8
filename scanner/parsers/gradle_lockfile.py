"""Gradle dependency locks: `gradle.lockfile`, `buildscript-gradle.lockfile`, `settings-gradle.lockfile`, and the older
`gradle/dependency-locks/<configuration>.lockfile`.

Spec: https://docs.gradle.org/current/userguide/dependency_locking.html

`group:artifact:version=configurations` a line; the older files hold one configuration, which their name says. Other
tools call their locks `*.lockfile` too: such a file is left alone, with a remark.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Component, Item, Location, Problem, Scope
from scanner.parsers import maven
from scanner.parsers.source import Source
from scanner.shape import encoding

_MODULE = re.compile(r"([^\s:=]+):([^\s:=]+):([^\s:=]+)\Z")
# Configurations that are for tests, that run inside the compiler, or that hold the tools of checks.
_DEVELOPMENT = re.compile(
    r"test(?![a-z])|.*Test(?![a-z])|testFixtures|.*[aA]nnotationProcessor|kapt|ksp|classpath\Z|checkstyle|pmd|spotbugs"
    r"|codenarc|jacoco|detekt|ktlint|errorprone|jmh"
)


def parse(source: Source) -> Iterator[Item]:
    """Yield each locked module; it is for development where all its configurations are."""
    ours = _is_gradles(source.path)
    try:
        text = encoding.text(source.data, where=source.path)
    except InputError:
        if ours:
            raise
        yield _not_gradle(source)
        return
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not ours and not any(_MODULE.match(line.partition("=")[0]) for _, line in lines):
        if any(not line.startswith("empty=") for _, line in lines):
            yield _not_gradle(source)
        return
    # The older files say by their name which configuration they lock.
    stem = posixpath.basename(source.path).removesuffix(".lockfile")
    for number, line in lines:
        module, equals, configurations = line.partition("=")
        match = _MODULE.match(module)
        if match is not None:
            yield _component(match, configurations if equals else stem, source, number)
        elif module != "empty":
            yield Problem(where=source.path, what="not a lock: group:artifact:version=configurations", line=number)


def _is_gradles(path: str) -> bool:
    folder, name = posixpath.split(path)
    return name == "gradle.lockfile" or name.endswith("-gradle.lockfile") or folder.endswith("dependency-locks")


def _not_gradle(source: Source) -> Problem:
    return Problem(where=source.path, what="not a Gradle lock: nothing was read", harmless=True)


def _component(match: re.Match[str], configurations: str, source: Source, line: int) -> Component:
    group, artifact, version = match.groups()
    names = [name for name in configurations.split(",") if name]
    development = bool(names) and all(_DEVELOPMENT.match(name) for name in names)
    return Component(
        name=f"{group}:{artifact}",
        version=version,
        purl=maven.purl(group, artifact, version),
        location=Location(source.path, line),
        scope=Scope.DEVELOPMENT if development else Scope.RUNTIME,
    )
