"""Rows of numbers of which, all else being equal, the longer is the later: CRAN, Bioconductor, Hackage.

Spec: R's `?numeric_version` and https://pvp.haskell.org
"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_NUMBERS = re.compile(r"[0-9]+(?:[.-][0-9]+)*")
_SEPARATOR = re.compile(r"[.-]")


def key(version: str) -> Key:
    text = version.strip()
    match = _NUMBERS.match(text)
    if not match:
        return (0, text)
    # Neither has anything behind the numbers; whatever comes there is told apart, and comes later.
    return (1, tuple(number(part) for part in _SEPARATOR.split(match[0])), text[match.end() :])
