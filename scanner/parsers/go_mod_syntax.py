"""The lines of a `go.mod` file. Grammar: https://go.dev/ref/mod#go-mod-file-grammar"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.model.component import Problem
from scanner.parsers import golang

# Comment, quoted string, punctuation, or a word, which ends where a comment begins; the group catches what is none.
_TOKEN = re.compile(r'//.*|"(?:[^"\\]|\\.)*"|`[^`]*`|[()\[\],]|(?:(?!//)[^\s()\[\],"`])+|(\S)')
_TOOLCHAIN = re.compile(r"go([0-9][0-9A-Za-z.]*)(?:-.*)?\Z")
_IGNORED = frozenset(("retract", "godebug", "ignore"))


class Require(NamedTuple):
    path: str
    version: str
    line: int
    indirect: bool


class Replacement(NamedTuple):
    path: str
    version: str | None
    """`None`: `path` is a folder."""
    line: int


@dataclass(slots=True)
class Module:
    """What one `go.mod` says, gathered line by line."""

    where: str
    path: str = ""
    line: int = 1
    go: tuple[str, int] | None = None
    toolchain: tuple[str, int] | None = None
    requires: list[Require] = field(default_factory=list)
    replaces: dict[tuple[str, str | None], Replacement] = field(default_factory=dict)
    excludes: set[tuple[str, str]] = field(default_factory=set)
    tools: list[tuple[str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def replacement(self, path: str, version: str) -> Replacement | None:
        """What is built in place of that module: a replacement of the very version goes before one of all."""
        return self.replaces.get((path, version)) or self.replaces.get((path, None))


class _Line(NamedTuple):
    number: int
    verb: str
    words: list[str]
    comment: str


def read(text: str, *, where: str) -> Module:
    """Read every directive; a line that makes no sense becomes a problem. Never raises."""
    module = Module(where)
    for line in _lines(text, module):
        if line.verb in _IGNORED:
            continue
        take = _DIRECTIVES.get(line.verb)
        if take is None:
            what = f"go.mod directive {line.verb[:50]!r} is not known"
        elif take(module, line):
            continue
        else:
            what = f"{line.verb} with {len(line.words)} words makes no sense"
        module.problems.append(Problem(where=where, what=what, line=line.number))
    return module


def _lines(text: str, module: Module) -> Iterator[_Line]:
    """Every directive as if it stood on a line of its own."""
    block = ""
    opened = 0
    for number, raw in enumerate(text.split("\n"), 1):
        words, comment = _tokens(raw)
        if words is None:
            module.problems.append(Problem(where=module.where, what="a quote that never ends", line=number))
        elif not words:
            continue
        elif block and words == [")"]:
            block = ""
        elif block:
            yield _Line(number, block, words, comment)
        elif words[1:] == ["("]:
            block, opened = words[0], number
        elif words[1:] != ["(", ")"]:
            yield _Line(number, words[0], words[1:], comment)
    if block:
        module.problems.append(Problem(where=module.where, what=f"{block[:50]} ( is never closed", line=opened))


def _tokens(line: str) -> tuple[list[str] | None, str]:
    words: list[str] = []
    for match in _TOKEN.finditer(line):
        token = match.group()
        if match.group(1):
            return None, ""
        if token.startswith("//"):
            return words, token[2:].strip()
        words.append(token[1:-1] if token[0] in '"`' else token)
    return words, ""


def _module(module: Module, line: _Line) -> bool:
    if len(line.words) != 1:
        return False
    module.path, module.line = line.words[0], line.number
    return True


def _go(module: Module, line: _Line) -> bool:
    if len(line.words) != 1:
        return False
    module.go = line.words[0], line.number
    return True


def _toolchain(module: Module, line: _Line) -> bool:
    if line.words == ["default"]:
        return True
    match = _TOOLCHAIN.match(line.words[0]) if len(line.words) == 1 else None
    if match is None:
        return False
    module.toolchain = match.group(1), line.number
    return True


def _require(module: Module, line: _Line) -> bool:
    if len(line.words) != 2:
        return False
    indirect = line.comment == "indirect" or line.comment.startswith("indirect;")
    module.requires.append(Require(line.words[0], line.words[1], line.number, indirect))
    return True


def _replace(module: Module, line: _Line) -> bool:
    if "=>" not in line.words:
        return False
    arrow = line.words.index("=>")
    old, new = line.words[:arrow], line.words[arrow + 1 :]
    if len(old) not in (1, 2) or len(new) not in (1, 2) or (len(new) == 1) != golang.is_local(new[0]):
        return False
    key = old[0], old[1] if len(old) == 2 else None
    module.replaces[key] = Replacement(new[0], new[1] if len(new) == 2 else None, line.number)
    return True


def _exclude(module: Module, line: _Line) -> bool:
    if len(line.words) != 2:
        return False
    module.excludes.add((line.words[0], line.words[1]))
    return True


def _tool(module: Module, line: _Line) -> bool:
    if len(line.words) != 1:
        return False
    module.tools.append((line.words[0], line.number))
    return True


_DIRECTIVES: dict[str, Callable[[Module, _Line], bool]] = {
    "module": _module,
    "go": _go,
    "toolchain": _toolchain,
    "require": _require,
    "replace": _replace,
    "exclude": _exclude,
    "tool": _tool,
}
