"""Colours, where a terminal wants them: https://no-color.org, https://bixense.com/clicolors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

import msgspec

_CODES = {"red": "31", "green": "32", "yellow": "33", "dim": "2"}


class Style(msgspec.Struct, frozen=True):
    """Wraps text in colour, or leaves it alone."""

    enabled: bool

    @classmethod
    def of(cls, out: TextIO, environ: Mapping[str, str]) -> Style:
        """Enabled on a terminal, or by FORCE_COLOR; never with NO_COLOR or TERM=dumb."""
        if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
            return cls(False)
        return cls(bool(environ.get("FORCE_COLOR")) or out.isatty())

    def __call__(self, text: str, colour: str | None = None, *, bold: bool = False) -> str:
        codes = [code for code in (_CODES.get(colour or ""), "1" if bold else None) if code]
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.enabled and codes else text
