"""RPM: epoch, then version and release by rpmvercmp: https://rpm-software-management.github.io/rpm/man/rpm-version.7"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_EPOCH = re.compile(r"([0-9]+):(.*)", re.DOTALL)
_SEGMENT = re.compile(r"[0-9]+|[a-zA-Z]+|[~^]")
_TILDE, _END, _CARET, _WORD, _NUMBER = range(5)
_MARKS = {"~": _TILDE, "^": _CARET}


def key(version: str) -> Key:
    text = version.strip()
    match = _EPOCH.fullmatch(text)
    epoch, text = (number(match[1]), match[2]) if match else (0, text)
    upstream, hyphen, release = text.rpartition("-")
    if not hyphen:
        upstream, release = release, ""
    return (1, epoch, _segments(upstream), _segments(release))


def _segments(text: str) -> Key:
    out: list[tuple[int, int | str]] = []
    for piece in _SEGMENT.findall(text):
        if piece in _MARKS:
            out.append((_MARKS[piece], ""))
        elif "0" <= piece[0] <= "9":
            out.append((_NUMBER, number(piece)))
        else:
            out.append((_WORD, piece))
    return (*out, (_END, ""))
