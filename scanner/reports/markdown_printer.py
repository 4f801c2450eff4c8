"""The text report's words as Markdown: a list of labelled points instead of a column of labels."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.markdown_text import block, code, paragraph, prose
from scanner.reports.printer import Printer


class MarkdownPrinter(Printer):
    """Collects lines; every text that it is given is escaped."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, text: str = "", colour: str | None = None, *, bold: bool = False, hang: int = 0) -> None:  # noqa: ARG002  # the printer's signature
        """A paragraph: a heading where it is bold."""
        if not text:
            self.lines.append("")
        elif bold:
            self.lines += [f"### {prose(text)}", ""]
        else:
            self.lines.append(paragraph(text))

    def field(self, label: str, text: str, *, indent: int = 3) -> None:  # noqa: ARG002  # the printer's signature
        """A labelled point."""
        self._point(label, prose(text, limit=4_000) if label else paragraph(text, limit=4_000))

    def steps(self, label: str, steps: Sequence[str], *, indent: int = 3) -> None:  # noqa: ARG002  # the printer's signature
        """A labelled chain."""
        self._point(label, " → ".join(map(code, steps)))

    def item(self, label: str, whole: str, more: str = "", *, indent: int = 3) -> None:  # noqa: ARG002  # the printer's signature
        """A labelled path or address, to be copied as it is."""
        said = code(whole, limit=1_000)
        self._point(label, f"{said} {prose(more)}" if more else said)

    def excerpt(self, lines: Sequence[str]) -> None:
        """Lines of a file, as they stand."""
        self.lines += [f"  {one}" for one in block("\n".join(lines), len(lines)).split("\n")]

    def entry(self, text: str, detail: str = "", *, indent: int = 3, hang: int = 0) -> None:  # noqa: ARG002  # the printer's signature
        """A point of a list, with a remark below."""
        self.lines.append(f"- {paragraph(text)}" + (f"<br><sub>{prose(detail)}</sub>" if detail else ""))

    def _point(self, label: str, text: str) -> None:
        self.lines.append(f"- **{label.capitalize()}:** {text}" if label else f"  - {text}")
