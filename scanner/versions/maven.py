"""Maven: the "Version Order Specification" of its POM reference.

The text is a row of tokens, each behind a dot or a hyphen; a change between digits and letters counts as a hyphen.
Where Maven's own code (nested lists) contradicts itself, namely on zeros between hyphens (`1-0-alpha`), the written
specification is followed: it gives a total order.
"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_TOKEN = re.compile(r"[0-9]+|[^0-9.\-]+|[.\-]")
_DIGITS = re.compile(r"[0-9]+")
_ALIASES = {"ga": "", "final": "", "release": "", "cr": "rc"}
_SHORT = {"a": "alpha", "b": "beta", "m": "milestone"}
# Ranks of tokens at one place. Nothing more (the end) ranks with the empty qualifier, which is the release.
_QUALIFIERS = {"alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "snapshot": 4, "": 5, "sp": 6}
_OTHER, _HYPHEN_NUMBER, _DOT_NUMBER = 7, 8, 9
_END = (_QUALIFIERS[""], "")
_NULLS = (_END, (_HYPHEN_NUMBER, 0), (_DOT_NUMBER, 0))


def key(version: str) -> Key:
    tokens: list[tuple[int, int | str]] = []
    pieces = _TOKEN.findall(version.lower())
    hyphen = False
    # True where a separator has just passed, or nothing has: the next separator then stands behind an empty token.
    empty = True
    for index, piece in enumerate(pieces):
        if piece in ".-":
            if empty:
                _add(tokens, (_HYPHEN_NUMBER if hyphen else _DOT_NUMBER, 0))
            hyphen, empty = piece == "-", True
            continue
        glued = not empty
        if _DIGITS.fullmatch(piece):
            _add(tokens, (_HYPHEN_NUMBER if hyphen or glued else _DOT_NUMBER, number(piece)))
        else:
            before_digit = index + 1 < len(pieces) and pieces[index + 1][0] in "0123456789"
            word = _SHORT.get(piece, piece) if before_digit else piece
            word = _ALIASES.get(word, word)
            rank = _QUALIFIERS.get(word, _OTHER)
            _add(tokens, (rank, word if rank == _OTHER else ""))
        hyphen = empty = False
    _trim(tokens)
    return (1, *tokens, _END)


def _add(tokens: list[tuple[int, int | str]], token: tuple[int, int | str]) -> None:
    # Zeros and empty qualifiers before a hyphen are padding, and ".qualifier" counts as "-qualifier".
    if token[0] != _DOT_NUMBER:
        _trim(tokens)
    tokens.append(token)


def _trim(tokens: list[tuple[int, int | str]]) -> None:
    while tokens and tokens[-1] in _NULLS:
        tokens.pop()
