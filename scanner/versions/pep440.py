"""Python: PEP 440, https://packaging.python.org/specifications/version-specifiers/

What the specification does not allow (`2004d`, `1.0-foo`) is a legacy version, below all others in setuptools' old
order.
"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_VERSION = re.compile(
    r"""v?(?:([0-9]+)!)?                                                # 1: epoch
    ([0-9]+(?:\.[0-9]+)*)                                               # 2: release
    (?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]*))?          # 3, 4: prerelease
    (?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]*))?                     # 5 or 6, 7: post-release
    (?:[-_.]?(dev)[-_.]?([0-9]*))?                                      # 8, 9: development release
    (?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?                               # 10: local version
    """,
    re.VERBOSE,
)
_STAGES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_DEVELOPMENT, _FINAL = -1, 3
_LOCAL_SEPARATOR = re.compile(r"[-_.]")
_LEGACY_PART = re.compile(r"[0-9]+|[a-z]+|-|[^0-9a-z.\-]+")
_LEGACY_WORD = {"pre": "c", "preview": "c", "rc": "c", "dev": "@", "-": "final-"}


def key(version: str) -> Key:
    """(1, epoch, release, stage, stage number, post, 1 unless dev, dev, local)."""
    text = version.strip().lower()
    match = _VERSION.fullmatch(text) if text.isascii() else None
    if match is None:
        return (0, _legacy(text))
    epoch, release, stage, stage_count, post_number, post, post_count, dev, dev_count, local = match.groups()
    numbers = [number(part) for part in release.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    after = number(post_number or post_count or "0") if post_number or post else -1
    # 1.0.dev1 stands before 1.0a1; 1.0.post1.dev1 does not.
    rank = _STAGES[stage] if stage else _DEVELOPMENT if dev and after < 0 else _FINAL
    return (
        1,
        number(epoch or "0"),
        tuple(numbers),
        rank,
        number(stage_count or "0"),
        after,
        0 if dev else 1,
        number(dev_count or "0"),
        _local(local) if local else (),
    )


def _local(text: str) -> Key:
    """Here numbers stand above words."""
    return tuple((1, number(part)) if part.isdigit() else (0, part) for part in _LOCAL_SEPARATOR.split(text))


def _legacy(text: str) -> Key:
    parts: list[tuple[int, str | int]] = []
    for part in _LEGACY_PART.findall(text):
        if part.isdigit() and part.isascii():
            parts.append((1, number(part)))
            continue
        word = _LEGACY_WORD.get(part, part)
        if word < "final":
            while parts and parts[-1] == (0, "final-"):
                parts.pop()
        # Zeros before a word say nothing: 2.0-rc is 2-rc.
        while parts and parts[-1] == (1, 0):
            parts.pop()
        parts.append((0, word))
    # Two spellings that parse alike are still told apart: nobody promised that they are the same release.
    return (*parts, (0, "final"), (0, text))
