"""`.gitmodules`: repositories that are checked out inside this one.

Spec: https://git-scm.com/docs/gitmodules, in the syntax of https://git-scm.com/docs/git-config#_syntax. The commit of
each submodule stands in the tree object, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from scanner.model.component import Component, Item, Location, Origin, Problem
from scanner.parsers import git_address
from scanner.parsers.source import Source
from scanner.shape import encoding

_SECTION = re.compile(r'\s*\[\s*(?P<section>[A-Za-z0-9.-]+)(?:\s+"(?P<name>(?:[^"\\]|\\.)*)")?\s*\]')
_SETTING = re.compile(r"\s*(?P<key>[A-Za-z][A-Za-z0-9-]*)\s*(?:=(?P<value>.*))?\Z", re.DOTALL)
_COMMENT = re.compile(r"\s*(?:[#;].*)?\Z", re.DOTALL)
_VALUE = re.compile(r'\\(?P<escape>.)|(?P<quote>")|(?P<comment>[#;])|(?P<other>[^\\"#;]+|\\\Z)', re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}


class _Submodule(msgspec.Struct):
    name: str
    line: int
    url: str | None = None
    url_line: int = 0
    path: str | None = None
    update: str | None = None


def parse(source: Source) -> Iterator[Item]:
    """Yield each submodule; what would make git run a command or write elsewhere is a `Problem`."""
    current: _Submodule | None = None
    for number, line in _logical_lines(encoding.text(source.data, where=source.path)):
        section = _SECTION.match(line)
        if section is not None:
            if current is not None:
                yield from _items(current, source)
            current = None
            kind, _, name = section["section"].partition(".")  # `[submodule.name]` is the older syntax
            if section["name"] is not None:
                name = re.sub(r"\\(.)", r"\1", section["name"], flags=re.DOTALL)
            if kind.lower() == "submodule" and name:
                current = _Submodule(name, number)
            line = line[section.end() :]
        if _COMMENT.match(line):
            continue
        setting = _SETTING.match(line)
        if setting is None:
            yield Problem(
                where=source.path, what=f"{line.strip()[:200]!r} is no line of a git configuration", line=number
            )
        elif current is not None:
            yield from _set(current, setting["key"].lower(), _value(setting["value"] or ""), number, source)
    if current is not None:
        yield from _items(current, source)


def _set(module: _Submodule, key: str, value: str, line: int, source: Source) -> Iterator[Item]:
    if key == "url":
        if module.url is not None:
            # git takes the last one, other tools the first: both count.
            yield from _items(module, source)
        module.url, module.url_line = value, line
    elif key == "path":
        module.path = value
    elif key == "update":
        module.update = value


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those joined that a backslash continues, each with the number at which it begins."""
    pieces: list[str] = []
    begins = 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        begins = begins if pieces else number
        backslashes = len(line) - len(line.rstrip("\\"))
        if backslashes % 2:
            pieces.append(line[:-1])
            continue
        pieces.append(line)
        yield begins, "".join(pieces)
        pieces.clear()
    if pieces:
        yield begins, "".join(pieces)


def _value(raw: str) -> str:
    """Unquoted, unescaped, without the comment behind it."""
    pieces: list[str] = []
    quoted, kept = False, 0
    for match in _VALUE.finditer(raw.lstrip(" \t")):
        if match["quote"]:
            quoted = not quoted
        elif match["comment"] and not quoted:
            break
        elif match["escape"]:
            pieces.append(_ESCAPES.get(match["escape"], match["escape"]))
        else:
            pieces.append(match[0])
        if quoted or match["quote"] or match["escape"]:
            kept = len(pieces)
    # White space at the end counts only inside quotes.
    return "".join(pieces[:kept]) + "".join(pieces[kept:]).rstrip(" \t")


def _items(module: _Submodule, source: Source) -> Iterator[Item]:
    for what in _dangers(module):
        yield Problem(
            where=f"{source.path}: submodule {module.name[:200]!r}",
            what=what,
            line=module.url_line or module.line,
            hint="do not clone this recursively",
        )
    if not module.url:
        yield Problem(where=source.path, what=f"submodule {module.name[:200]!r} has no url", line=module.line)
        return
    if git_address.hostile(module.url) is not None:
        return
    found = git_address.remote(module.url)
    yield Component(
        # A relative address is one beside this repository's own, which nobody told us.
        name=found.path if found else module.url,
        version=None,
        constraint="*",
        purl=git_address.purl(found, None) if found else None,
        location=Location(source.path, module.url_line),
        origin=Origin.GIT,
        source_url=module.url,
    )


def _dangers(module: _Submodule) -> Iterator[str]:
    """What git has had to be taught to refuse.

    CVE-2018-11235 (name), CVE-2018-17456 (option), CVE-2019-19604 (command), CVE-2025-48384 (path).
    """
    if module.url and (danger := git_address.hostile(module.url)) is not None:
        yield f"the address {module.url[:200]!r} is an attack: {danger}"
    if ".." in module.name.replace("\\", "/").split("/"):
        yield f"the name {module.name[:200]!r} climbs out of the folder for submodules"
    path = module.path or ""
    parts = path.replace("\\", "/").lower().split("/")
    if path.startswith(("-", "/")) or ".." in parts or ".git" in parts or any(ord(char) < 0x20 for char in path):
        yield f"the path {path[:200]!r} is none that a submodule may have"
    if module.update and module.update.startswith("!"):
        yield f"it runs the command {module.update[1:200]!r}"
