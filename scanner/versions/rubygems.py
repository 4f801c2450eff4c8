"""RubyGems: https://docs.ruby-lang.org/en/master/Gem/Version.html

A version is an endless row of numbers and words, filled up with zeros, in which a word stands below any number.
"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_SEGMENT = re.compile(r"[0-9]+|[a-z]+|-", re.IGNORECASE | re.ASCII)
_WORD, _END, _NUMBER = 0, 1, 2


def key(version: str) -> Key:
    text = version.strip().lstrip("vV")
    if text[:1] not in tuple("0123456789"):
        return (0, version.strip())
    segments: list[tuple[int, int, int | str]] = []
    # Zeros are counted and kept with what follows them: a row that goes on with a number stands above one that ends,
    # and the nearer to it the more zeros come first; for words the other way round.
    zeros = 0
    numeric = True
    for piece in _SEGMENT.findall(text):
        if "0" <= piece[0] <= "9":
            value = number(piece)
            if value:
                segments.append((_NUMBER, -zeros, value))
            zeros = 0 if value else zeros + 1
        else:
            # Gem::Version trims the zeros before the first word: 1.0.a is 1.a.
            segments.append((_WORD, 0 if numeric else zeros, "pre" if piece == "-" else piece))
            zeros, numeric = 0, False
    return (1, *segments, (_END,))
