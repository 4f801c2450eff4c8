"""Where the code of others usually lies: told by a path alone, and asked of every file of a target, so it must cost
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Further = Callable[[str], int]
"""Path → how much of it, up to and with a `/`, is a folder of others that somebody named; 0 where none is."""

CONTAINER = re.compile(
    r"(?:^|/)(node_modules|bower_components|jspm_packages|site-packages|dist-packages|vendors?|vendored|_vendor"
    r"|_vendored|third[_-]?party|3rdparty|externals?)/"
)
"""A folder in which the code of others lies."""
ARCHIVES = (".jar", ".war", ".ear", ".aar", ".nupkg", ".gem", ".crate", ".whl", ".egg")
"""Packages in one file, wherever they lie."""
_NAMES = (".gitmodules", ".cargo-checksum.json")


def nowhere(_: str) -> int:
    """Nobody named any."""
    return 0


def container(path: str, further: Further = nowhere) -> int:
    """How much of the path is the folder of others that it lies in; 0 where it lies in none."""
    match = CONTAINER.search(path)
    return further(path) if match is None else match.end()


def hint(path: str, further: Further = nowhere) -> bool:
    """Whether this path makes it worth looking for vendored code."""
    return container(path, further) > 0 or path.endswith(_NAMES) or path.lower().endswith(ARCHIVES)
