"""Where the code of others usually lies: told by a path alone, and asked of every file of a target, so it must cost
nothing.
"""

from __future__ import annotations

import re

CONTAINER = re.compile(
    r"(?:^|/)(node_modules|bower_components|jspm_packages|site-packages|dist-packages|vendors?|vendored|_vendor"
    r"|_vendored|third[_-]?party|3rdparty|externals?)/"
)
"""A folder in which the code of others lies."""
ARCHIVES = (".jar", ".war", ".ear", ".aar", ".nupkg", ".gem", ".crate", ".whl", ".egg")
"""Packages in one file, wherever they lie."""
_NAMES = (".gitmodules", ".cargo-checksum.json")


def hint(path: str) -> bool:
    """Whether this path makes it worth looking for vendored code."""
    return CONTAINER.search(path) is not None or path.endswith(_NAMES) or path.lower().endswith(ARCHIVES)
