"""How much code of packages that have nothing to compare with is parsed in one scan: a huge tree must end, too.

What runs unasked is always judged. Of the rest, files are taken in the order of the packages for as long as they fit,
so that the same tree is always judged in the same way, however busy the machine is.
"""

from __future__ import annotations

from scanner.codescan.context import Context
from scanner.model.component import Problem
from scanner.model.signal import Trigger

_UNASKED = frozenset((Trigger.INSTALL, Trigger.BUILD, Trigger.CI, Trigger.EDITOR))
_AT_EVERY_START = (".pth", "sitecustomize.py", "usercustomize.py")


class Allowance:
    """What is left of it, and what did not fit."""

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit
        self._packages: set[int] = set()
        self._files = self._bytes = 0

    def admits(self, context: Context, path: str, size: int) -> bool:
        """Whether rules that parse are asked about this file."""
        if context.trigger(path) in _UNASKED or path.endswith(_AT_EVERY_START):
            return True
        if size <= self._left:
            self._left -= size
            return True
        self._packages.add(id(context))
        self._files += 1
        self._bytes += size
        return False

    def refused(self, context: Context) -> bool:
        """Whether some file of this package did not fit."""
        return id(context) in self._packages

    @property
    def problem(self) -> Problem | None:
        """What did not fit, for the ledger."""
        if not self._files:
            return None
        return Problem(
            where="code rules",
            what=f"{self._files} files ({self._bytes / 1e6:.1f} MB) of {len(self._packages)} packages, which have no "
            f"release to compare with, were judged by structure and text only: no more than {self._limit / 1e6:g} MB "
            "are parsed",
            hint="give their releases (--pristine, --online, or --base for a change), raise --code-limit, "
            "or leave code out with --no-code",
        )
