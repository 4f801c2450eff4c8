"""Semantic Versioning 2.0.0, read tolerantly: https://semver.org/#spec-item-11

Tolerated: a leading `v` or `=`, fewer or more than three numbers (missing ones are zero), a prerelease without its
hyphen (`1.0.0rc1`), as old npm releases have it. Build metadata does not count.
"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_PLAIN = re.compile(r"([0-9]+)\.([0-9]+)\.(0|[1-9][0-9]*)")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_DIGITS = re.compile(r"[0-9]+")
# A commit: 11bd7190… is not version 11.
_COMMIT = re.compile(r"(?=[0-9]*[a-f])(?:[0-9a-f]{40}|[0-9a-f]{64})")


def key(version: str) -> Key:
    plain = _PLAIN.fullmatch(version)
    if plain:
        # Nearly all versions are of this form: `number` and `_trimmed`, written out.
        major, minor, patch = plain.groups()
        if patch != "0":
            return (1, (int(major, 16), int(minor, 16), int(patch, 16)), 1)
        return (1, _trimmed([int(major, 16), int(minor, 16)]), 1)
    text = version.strip()
    core = text.lstrip("=vV").lstrip()
    numbers = _NUMBERS.match(core)
    if not numbers or _COMMIT.fullmatch(text):
        return (0, text)
    release = _trimmed([number(part) for part in numbers[0].split(".")])
    prerelease = core[numbers.end() :].partition("+")[0].strip(" \t")
    prerelease = prerelease[1:] if prerelease.startswith("-") else prerelease.lstrip("._")
    return (1, release, 0, identifiers(prerelease)) if prerelease else (1, release, 1)


def identifiers(text: str) -> Key:
    """Dot-separated identifiers: numbers by value, and below words."""
    return tuple((0, number(part)) if _DIGITS.fullmatch(part) else (1, part) for part in text.split("."))


def _trimmed(numbers: list[int]) -> tuple[int, ...]:
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
