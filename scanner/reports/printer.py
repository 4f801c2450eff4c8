"""Lines for a person: a column of labels, paragraphs wrapped under themselves, addresses left whole for copying."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping, Sequence
from typing import TextIO

from scanner.reports.style import Style

_LABEL = 8
_USUAL, _LEAST, _MOST = 100, 60, 120


def width(out: TextIO, environ: Mapping[str, str]) -> int:
    """Columns to write: COLUMNS, else those of the terminal, else what a log bears; never too wide to read."""
    asked = environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 5:
        columns = int(asked)
    else:
        try:
            columns = os.get_terminal_size(out.fileno()).columns
        except (OSError, ValueError):  # a file, or none at all
            columns = 0
    return max(_LEAST, min(columns, _MOST)) if columns else _USUAL


class Printer:
    """Writes to `out`. All text that it is given has been made safe by `display.line`."""

    def __init__(self, out: TextIO, environ: Mapping[str, str]) -> None:
        self._out = out
        self.style = Style.of(out, environ)
        self.width = width(out, environ)

    def __call__(self, text: str = "", colour: str | None = None, *, bold: bool = False, hang: int = 0) -> None:
        """One line, or more where it does not fit: those stand `hang` columns further in."""
        for one in self._wrapped(text, hang):
            self._out.write(self.style(one, colour, bold=bold) + "\n")

    def field(self, label: str, text: str, *, indent: int = 3) -> None:
        """A labelled paragraph, wrapped under itself."""
        self._labelled(label, indent, self._broken(text, self.width - indent - _LABEL - 1))

    def steps(self, label: str, steps: Sequence[str], *, indent: int = 3) -> None:
        """A labelled chain, `a > b > c`, broken only between its steps."""
        room = self.width - indent - _LABEL - 1
        lines = [""]
        for number, step in enumerate(steps):
            piece = step if number == 0 else f" > {step}"
            if lines[-1] and len(lines[-1]) + len(piece) > room:
                lines.append("  > " + step)
            else:
                lines[-1] += piece
        self._labelled(label, indent, lines)

    def item(self, label: str, whole: str, more: str = "", *, indent: int = 3) -> None:
        """A labelled path or address, which is never broken, and what is said of it: beside it, or below."""
        room = self.width - indent - _LABEL - 1
        if len(whole) + 2 + len(more) <= room:
            self._labelled(label, indent, [f"{whole}  {more}" if more else whole])
        else:
            self._labelled(label, indent, [whole, *(f"  {one}" for one in self._broken(more, room - 2) if one)])

    def excerpt(self, lines: Sequence[str]) -> None:
        """Lines of a file, as they stand there, below the place that was named last."""
        for one in lines:
            self.item("", one)

    def entry(self, text: str, detail: str = "", *, indent: int = 3, hang: int = 0) -> None:
        """A line of a list with a dim remark: behind it where it fits, else on lines of its own."""
        lines = self._wrapped(" " * indent + text, indent + hang)
        if detail and len(lines[-1]) + 2 + len(detail) <= self.width:
            self._out.write("\n".join(lines) + "  " + self.style(detail, "dim") + "\n")
            return
        self._out.write("\n".join(lines) + "\n")
        for one in self._wrapped(" " * (indent + hang + 2) + detail, indent + hang + 2) if detail else ():
            self._out.write(self.style(one, "dim") + "\n")

    def _labelled(self, label: str, indent: int, lines: Sequence[str]) -> None:
        head = " " * indent + f"{label:<{_LABEL}} "
        for number, one in enumerate(lines):
            self._out.write((self.style(head, "dim") if number == 0 else " " * len(head)) + one + "\n")

    def _wrapped(self, text: str, hang: int) -> list[str]:
        if len(text) <= self.width:
            return [text]
        begin = text[: len(text) - len(text.lstrip())]
        return textwrap.wrap(
            text.lstrip(), self.width, initial_indent=begin, subsequent_indent=" " * hang,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip

    def _broken(self, text: str, room: int) -> list[str]:
        return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
