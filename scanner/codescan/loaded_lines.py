"""Which lines of a Go, Java or C# file run when its package or class is loaded, and not when somebody calls them.

Go runs `func init()` and the initialisers of package variables (https://go.dev/ref/spec#Package_initialization), Java
the static blocks and initialisers of a class (Java Language Specification, 12.4), C# static constructors and module
initialisers. What these call by name, in the same file, runs with them: an attacker who leaves one line in `init` is
told by what that line starts, and a file of honest functions beside an `init` is not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping

from scanner.codescan import languages

_SPOKEN = {".go": "go", ".java": "java", ".kt": "java", ".cs": "cs"}
_LONGEST = 2 * 1024 * 1024
_STEPS = 8
"""How far a call is followed from what is loaded."""

# Comments and literals, which hold braces and words that mean nothing.
_TRIVIA = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|\"\"\".*?(?:\"\"\"|\Z)|`[^`]*(?:`|\Z)|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.){1,8}'",
    re.DOTALL,
)
_START = {
    "go": re.compile(r"^func[ \t]+init[ \t]*\([ \t]*\)[ \t]*(?=\{)", re.MULTILINE),
    # A static block; `companion object` and `init` blocks of Kotlin.
    "java": re.compile(r"\bstatic\s*(?=\{)|\bcompanion\s+object\b[^{\n]*(?=\{)|^\s*init\s*(?=\{)", re.MULTILINE),
    "cs": re.compile(r"\bstatic\s+\w+\s*\(\s*\)\s*(?=\{)|\[[\w.]*ModuleInitializer\][^{]{0,200}(?=\{)"),
}
_VALUES = {
    # At the left margin, or within `var ( … )`: gofmt puts nothing else there.
    "go": re.compile(r"^var[ \t]+[\w, \t]+[^=\n]*=[^\n]*\(|^var[ \t]*\(", re.MULTILINE),
    "java": re.compile(r"\bstatic\b[^;={}()]{1,200}=[^;]{0,300}?\("),
    "cs": re.compile(r"\bstatic\b[^;={}()]{1,200}=[^;>]{0,300}?\("),
}
_FUNCTION = {
    "go": re.compile(r"^func[ \t]+(?:\([^)\n]*\)[ \t]*)?(\w+)[^\n]*?(?=\{)", re.MULTILINE),
    "java": re.compile(r"\b(\w+)\s*\([^(){};]{0,400}\)\s*(?:throws[\w\s,.]{1,200})?(?::\s*[\w<>?., ]{1,80})?(?=\{)"),
    "cs": re.compile(r"\b(\w+)\s*\([^(){};]{0,400}\)\s*(?=\{)"),
}
_NO_NAMES = frozenset(
    (
        "if",
        "for",
        "while",
        "switch",
        "catch",
        "synchronized",
        "try",
        "using",
        "lock",
        "foreach",
        "when",
        "return",
        "new",
    )
)
_WORD = re.compile(r"\b(\w+)\b")
_GOES_ON = re.compile(r"[^\n;]*?([({])")
_BRACKET = re.compile(r"[(){}\[\]]")


def knows(path: str) -> bool:
    """Whether the lines of such a file are told apart."""
    return languages.ending(path, b"") in _SPOKEN and not path.endswith("_test.go")


def loaded(path: str, text: str) -> frozenset[int]:
    """Numbers of the lines that run when the file is loaded; of a test, or a text too large to be read, none.

    The bodies of what is called there count as well, by name alone: a method of the same name on another type is taken
    for it, which errs on the side of telling.
    """
    if not knows(path) or len(text) > _LONGEST:
        return frozenset()
    kind = _SPOKEN[languages.ending(path, b"")]
    bare = _TRIVIA.sub(_blank, text)
    closing = _closing(bare)
    spans = [*_bodies(bare, _START[kind], closing), *_values(bare, kind, closing)]
    if not spans:
        return frozenset()
    functions: dict[str, list[tuple[int, int]]] = {}
    for match in _FUNCTION[kind].finditer(bare):
        if match[1] not in _NO_NAMES:
            functions.setdefault(match[1], []).append((match.start(), closing.get(match.end(), len(bare))))
    seen: set[str] = set()
    front = spans = _merged(spans)
    for _ in range(_STEPS):
        named = {word for start, end in front for word in _WORD.findall(bare[start:end])} & functions.keys() - seen
        if not named:
            break
        seen |= named
        front = _merged([span for name in named for span in functions[name]])
        spans = _merged([*spans, *front])
    return frozenset(_lines(text, spans))


def _merged(spans: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places, none of them twice: brackets that are never closed lie within each other."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _blank(match: re.Match[str]) -> str:
    """The same length and lines, without what it said."""
    return re.sub(r"[^\n]", " ", match[0])


def _bodies(bare: str, start: re.Pattern[str], closing: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    for match in start.finditer(bare):
        yield match.start(), closing.get(match.end(), len(bare))


def _values(bare: str, kind: str, closing: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """What variables of the package or class are set to, where something is called for it."""
    for match in _VALUES[kind].finditer(bare):
        end = closing.get(match.end() - 1, len(bare))
        # `= func() string { … }()` goes on after its parameters.
        while kind == "go" and (more := _GOES_ON.match(bare, end)):
            end = closing.get(more.end() - 1, len(bare))
        yield match.start(), end


def _closing(bare: str) -> dict[int, int]:
    """Offset of each bracket that opens → where it is closed."""
    found: dict[int, int] = {}
    still_open: list[int] = []
    for match in _BRACKET.finditer(bare):
        if match[0] in "({[":
            still_open.append(match.start())
        elif still_open:
            found[still_open.pop()] = match.end()
    return found


def _lines(text: str, spans: Collection[tuple[int, int]]) -> Iterator[int]:
    breaks = [match.start() for match in re.finditer("\n", text)]
    for start, end in spans:
        yield from range(bisect_left(breaks, start) + 1, bisect_left(breaks, end) + 2)
