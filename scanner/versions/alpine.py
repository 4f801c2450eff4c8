"""Alpine's apk: `number{.number}…{letter}{_suffix{number}}…{~hash}{-rN}`

Spec: https://github.com/alpinelinux/apk-tools, doc/apk-package.5.scd
"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_NUMBERS = re.compile(r"([0-9]+)((?:\.[0-9]+)*)([a-z]?)")
_SUFFIX = re.compile(r"_(alpha|beta|pre|rc|cvs|svn|git|hg|p)([0-9]*)")
_TAIL = re.compile(r"(?:~([0-9a-f]+))?(?:-r([0-9]+))?")
# What may stand at one place, lowest first: the end stands between suffixes of before and of after a release.
_JUNK, _BEFORE, _END, _REVISION, _HASH, _COUNT, _AFTER, _LETTER, _NUMBER = range(9)
_SUFFIXES = {
    name: (_BEFORE if index < 4 else _AFTER, index)
    for index, name in enumerate(("alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"))
}


def key(version: str) -> Key:
    text = version.strip()
    match = _NUMBERS.match(text)
    if not match:
        return (0, text)
    first, others, letter = match.groups()
    # A leading zero makes it a fraction, compared as text, below whatever has none.
    tokens: list[tuple[int, int, int | str]] = [
        (_NUMBER, 0, part) if part[0] == "0" else (_NUMBER, 1, number(part)) for part in others.split(".")[1:]
    ]
    if letter:
        tokens.append((_LETTER, 0, letter))
    place = match.end()
    while suffix := _SUFFIX.match(text, place):
        tokens.append((*_SUFFIXES[suffix[1]], 0))
        if suffix[2]:
            tokens.append((_COUNT, 0, number(suffix[2])))
        place = suffix.end()
    tail = _TAIL.match(text, place)
    if tail:  # always: each part may be missing
        if tail[1]:
            tokens.append((_HASH, 0, tail[1]))
        if tail[2]:
            tokens.append((_REVISION, 0, number(tail[2])))
        place = tail.end()
    if place < len(text):
        tokens.append((_JUNK, 0, text[place:]))
    return (1, number(first), *tokens, (_END, 0, 0))
