"""Dockerfiles: the images that a build starts from, copies from, or runs.

Spec: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Item, Location, Scope
from scanner.parsers import container_image, dockerfile_lines, entries, variables
from scanner.parsers.source import Source
from scanner.shape import encoding

_FLAG = re.compile(r"--(?P<name>[a-z]+)(?:=(?P<value>\S*))?\s+")
# A word with its quoted parts; a quote that is never closed takes the rest.
_WORD = re.compile(r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s"'])++""")
_NUMBER = re.compile(r"\d+\Z")
_KNOWN = frozenset(
    ("FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER",
     "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL")
)  # fmt: skip
_EMPTY = "scratch"
"""The image that holds nothing."""


class _Build:
    """What the instructions so far have defined."""

    def __init__(self) -> None:
        self.stages: set[str] = set()
        self.arguments: dict[str, str] = {}

    def argue(self, rest: str) -> None:
        """`ARG NAME=default …`: what is given by the person who builds can be anything, and is not known here."""
        for word in _WORD.findall(rest):
            name, equals, value = word.partition("=")
            if equals:
                self.arguments[name] = self.value(value.replace('"', "").replace("'", ""))

    def value(self, text: str) -> str:
        return variables.substituted(text, self.arguments)

    def outside(self, image: str) -> bool:
        """Whether the name is that of an image, and not of a stage of this build."""
        return image.lower() not in self.stages and image != _EMPTY and not _NUMBER.match(image)


def parse(source: Source) -> Iterator[Item]:
    """Yield each image, in the order of the instructions."""
    if source.path.endswith(".dockerignore"):
        return  # `Dockerfile.dockerignore`: a list of files beside the Dockerfile
    build = _Build()
    text = encoding.text(source.data, where=source.path)
    seen = False
    for line, instruction in dockerfile_lines.instructions(text):
        seen = seen or instruction.partition(" ")[0].upper() in _KNOWN
        for image, scope in _images(instruction, build):
            try:
                yield container_image.component(image, location=Location(source.path, line), scope=scope)
            except InputError as error:
                yield entries.problem(error, where=source.path, line=line)
    if not seen:
        raise InputError("it holds no instruction: not a Dockerfile", where=source.path)


def _images(instruction: str, build: _Build) -> Iterator[tuple[str, Scope]]:
    word, _, rest = instruction.partition(" ")
    word, rest = word.upper(), rest.strip()
    if word == dockerfile_lines.SYNTAX:
        # The frontend is an image too, and reads and runs the whole build.
        yield rest, Scope.DEVELOPMENT
        return
    if word == "ONBUILD":
        word, _, rest = rest.partition(" ")
        word, rest = word.upper(), rest.strip()
    if word == "ARG":
        build.argue(rest)
        return
    flags: list[tuple[str, str]] = []
    while (match := _FLAG.match(rest)) is not None:
        flags.append((match["name"], match["value"] or ""))
        rest = rest[match.end() :]
    named: list[str] = []
    if word == "FROM":
        pieces = rest.split()
        if pieces:
            named.append(pieces[0])
    elif word in ("COPY", "ADD"):
        named += [value for name, value in flags if name == "from"]
    elif word == "RUN":
        options = (option for name, value in flags if name == "mount" for option in value.split(","))
        named += [option.removeprefix("from=") for option in options if option.startswith("from=")]
    for text in named:
        image = build.value(text.strip("\"'"))
        if build.outside(image):
            yield image, Scope.RUNTIME
    if word == "FROM" and len(pieces) >= 3 and pieces[1].upper() == "AS":
        build.stages.add(pieces[2].lower())
