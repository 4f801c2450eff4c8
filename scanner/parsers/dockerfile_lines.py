"""The instructions of a Dockerfile: lines joined, comments and here-documents left out.

Spec: https://docs.docker.com/reference/dockerfile/#format
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

SYNTAX = "#SYNTAX"
"""Stands in for an instruction where the file names the image of its own frontend."""

_DIRECTIVE = re.compile(r"#\s*(?P<name>[A-Za-z][A-Za-z0-9]*)\s*=\s*(?P<value>\S.*?)\s*\Z")
# A word of its own: `<<EOF`, `3<<-"EOF"`; quoted text is stepped over first.
_HERE = re.compile(
    r"""(?<![^\s])\d*<<(?P<dash>-?)(?P<quote>["']?)(?P<word>[^\s<"']+)(?P=quote)(?=\s|\Z)
    | "(?:[^"\\]|\\.)*+(?:"|\\?\Z) | '[^']*+(?:'|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_TAKES_DOCUMENTS = ("RUN", "COPY", "ADD")


def instructions(text: str) -> Iterator[tuple[int, str]]:
    """Yield each instruction on one line, with the number of the line on which it begins."""
    lines = text.replace("\r\n", "\n").split("\n")
    escape, start, syntax = _directives(lines)
    if syntax is not None:
        yield syntax[0], f"{SYNTAX} {syntax[1]}"
    ends = _Ends(lines)
    place = start
    while place < len(lines):
        begins, pieces = place, list[str]()
        while place < len(lines):
            line = lines[place]
            place += 1
            # Comments and empty lines inside an instruction are not part of it.
            if line.lstrip().startswith("#") or (pieces and not line.strip()):
                continue
            body = line.rstrip()
            if body.endswith(escape):
                begins = begins if pieces else place - 1
                pieces.append(body[:-1])
                continue
            begins = begins if pieces else place - 1
            pieces.append(line)
            break
        instruction = re.sub(r"^(\S+)\s+", r"\1 ", "".join(pieces).strip())
        if not instruction:
            continue
        yield begins + 1, instruction
        place = _after_documents(instruction, place, ends)


def _directives(lines: list[str]) -> tuple[str, int, tuple[int, str] | None]:
    """The escape character, where the instructions begin, and the frontend with its line."""
    escape, syntax = "\\", None
    for number, line in enumerate(lines):
        match = _DIRECTIVE.match(line.strip())
        if match is None or (number == 0 and line.startswith("#!")):
            return escape, number, syntax
        if match["name"].lower() == "escape" and match["value"] in ("\\", "`"):
            escape = match["value"]
        elif match["name"].lower() == "syntax":
            syntax = (number + 1, match["value"])
    return escape, len(lines), syntax


class _Ends:
    """Where a line stands alone that could end a here-document."""

    def __init__(self, lines: list[str]) -> None:
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._dedented: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            if len(line) <= 200:
                self._exact[line].append(number)
                self._dedented[line.lstrip("\t")].append(number)

    def after(self, word: str, place: int, *, dedented: bool) -> int | None:
        numbers = (self._dedented if dedented else self._exact).get(word, [])
        found = bisect_right(numbers, place - 1)
        return numbers[found] if found < len(numbers) else None


def _after_documents(instruction: str, place: int, ends: _Ends) -> int:
    """Where the next instruction begins. A document without an end hides nothing: what follows is read."""
    word = instruction.partition(" ")[0].upper()
    if word == "ONBUILD":
        word = instruction[8:].lstrip().partition(" ")[0].upper()
    if word not in _TAKES_DOCUMENTS:
        return place
    for match in _HERE.finditer(instruction):
        if match["word"]:
            end = ends.after(match["word"], place, dedented=bool(match["dash"]))
            place = place if end is None else end + 1
    return place
