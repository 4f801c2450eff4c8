"""Small words that people read, the same in a terminal, on a page and in a message."""

from __future__ import annotations


def counted(count: int, word: str, many: str | None = None) -> str:
    """`1 target`, `2,000 targets`; `many` is the plural where it is no `s`."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"
