"""Which changed files work together: one loads the other, a third loads both, or the language joins a folder.

By names, as they stand behind the words that load something. Each text is read once, whatever the number of files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

_BY_FOLDER = (".go", ".java", ".kt", ".cs")
"""Endings of languages in which the files of a folder see each other without a word."""
_WORD = re.compile(r"[\w-]+")
_LOADS = re.compile(r"(?:require|import|from|include|load|use|mod|source|\.)[^\n;]{0,80}\Z")
_BEFORE = 90
"""Characters in which a word that loads, and what may stand behind it, has room."""
_SHORTEST = 3

Lowest = tuple[int, ...]
"""The two lowest numbers of some files, so that one can be left out."""


class Joined:
    """Answers for the files of one change, by their numbers."""

    def __init__(self, files: Sequence[tuple[str, str]], wanted: Sequence[int]) -> None:
        """`files` are paths with their new lines; partners are looked for among `wanted`."""
        self._stems = [_stem(path) for path, _ in files]
        self._folders = [posixpath.dirname(path) if path.endswith(_BY_FOLDER) else None for path, _ in files]
        known = frozenset(self._stems) - {""}
        self._names = [_names(text, known) for _, text in files]
        chosen = frozenset(wanted)
        self._called: dict[str, Lowest] = {}
        """Stem → the wanted files that bear it."""
        self._beside: dict[str, Lowest] = {}
        """Folder → the wanted files in it."""
        for number in wanted:
            _add(self._called, self._stems[number], (number,))
            _add(self._beside, posixpath.dirname(files[number][0]), (number,))
        self._naming: dict[str, Lowest] = {}
        """Stem → the wanted files that name it."""
        self._through: dict[str, Lowest] = {}
        """Stem → the wanted files that are named by one that names the stem."""
        for number, names in enumerate(self._names):
            reached = _lowest(other for name in names for other in self._called.get(name, ()))
            for name in names:
                _add(self._through, name, reached)
                if number in chosen:
                    _add(self._naming, name, (number,))

    def first(self, number: int) -> int | None:
        """The first of the wanted files that is joined with this one."""
        stem, folder = self._stems[number], self._folders[number]
        found = [other for name in self._names[number] for other in self._called.get(name, ())]
        found += self._naming.get(stem, ())
        found += self._through.get(stem, ())
        if folder is not None:
            found += self._beside.get(folder, ())
        return min((other for other in found if other != number), default=None)


def _stem(path: str) -> str:
    """The name by which a file is loaded; "" where it is too short to tell anything."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if stem in ("index", "__init__", "mod", "lib", "main"):
        stem = folder.rpartition("/")[2]
    longest = max(_WORD.findall(stem), key=len, default="")
    return longest if len(longest) >= _SHORTEST else ""


def _names(text: str, known: frozenset[str]) -> frozenset[str]:
    """The stems that a text loads: behind a word that does so, or with a dot behind them."""
    named: set[str] = set()
    for found in _WORD.finditer(text):
        word, begin = found[0], found.start()
        if word not in known or word in named:
            continue
        if text[found.end() : found.end() + 1] == "." or _LOADS.search(text[max(0, begin - _BEFORE) : begin]):
            named.add(word)
    return frozenset(named)


def _add(table: dict[str, Lowest], key: str, numbers: Lowest) -> None:
    table[key] = _lowest((*table.get(key, ()), *numbers))


def _lowest(numbers: Iterable[int]) -> Lowest:
    return tuple(sorted(set(numbers))[:2])
