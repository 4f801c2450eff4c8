"""Composer: its normalisation, then PHP's version_compare.

Spec: https://getcomposer.org/doc/articles/versions.md and https://www.php.net/version_compare
"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_BRANCH = re.compile(r"(?:\.[x*])+[.-]?dev")
_NUMBERS = re.compile(r"[0-9]+(?:[.:][0-9]+)*")
_DATE = re.compile(r"[0-9]{4}(?:[.:-][0-9]{2}){2,6}(?![0-9])")
_PIECE = re.compile(r"[0-9]+|[a-z]+")
# Composer's stand-in for "every number of this branch".
_BRANCH_NUMBER = number("9999999")
_UNKNOWN, _DEV, _ALPHA, _BETA, _CANDIDATE, _END, _NUMBER, _PATCH = range(8)
# PHP looks only at how a word begins, in this order.
_WORDS = (("dev", _DEV), ("a", _ALPHA), ("b", _BETA), ("rc", _CANDIDATE), ("p", _PATCH))


def key(version: str) -> Key:
    text = version.strip().lower().partition(" as ")[0].partition("#")[0].partition("+")[0].strip()
    core = text.removeprefix("v")
    numbers = _DATE.match(core) or _NUMBERS.match(core)
    if not numbers:
        return (0, text)
    release = [number(part) for part in re.split(r"[.:-]", numbers[0])]
    rest = core[numbers.end() :]
    if _BRANCH.fullmatch(rest):
        release += [_BRANCH_NUMBER] * (4 - len(release))
    while release and not release[-1]:
        release.pop()
    tokens: list[tuple[int, int]] = []
    for piece in _PIECE.findall(rest):
        if "0" <= piece[0] <= "9":
            tokens.append((_NUMBER, number(piece)))
        elif piece == "stable":
            break  # what follows it is dropped
        elif piece != "x":
            tokens.append((next((rank for word, rank in _WORDS if piece.startswith(word)), _UNKNOWN), 0))
    return (1, tuple(release), *tokens, (_END, 0))
