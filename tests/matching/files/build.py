"""A search of a few files held in memory, with a few indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.matching import Knowledge
from scanner.matching.files.judge import judge
from scanner.matching.files.search import Search
from scanner.matching.files.sign import FileSigns, Sign
from scanner.model.campaign import Campaign, Indicator
from scanner.model.finding import Finding
from tests.factories import campaign, knowledge


def known(folder: Path, *indicators: Indicator, campaigns: tuple[Campaign, ...] = ()) -> Knowledge:
    """A campaign `example` with these indicators, or the campaigns as given."""
    return knowledge(folder, (), campaigns or (campaign(*indicators),))


def pieces(data: bytes, size: int = 1 << 20) -> Iterator[bytes]:
    """`data`, cut."""
    for begin in range(0, len(data) or 1, size):
        yield data[begin : begin + size]


def signs(search: Search, data: bytes, *, path: str = "a.js", size: int = 1 << 20) -> tuple[Sign, ...]:
    """What is met in one file."""
    found = search.file(path, pieces(data, size))
    return () if found is None else found.signs


def findings(
    folder: Path, files: Mapping[str, bytes], *indicators: Indicator, campaigns: tuple[Campaign, ...] = ()
) -> list[Finding]:
    """Findings on files that no component was read from."""
    knows = known(folder, *indicators, campaigns=campaigns)
    search = Search(knows)
    met: list[FileSigns] = [
        found for path, data in files.items() if (found := search.file(path, pieces(data))) is not None
    ]
    return judge(met, knows, known=lambda _path, _indicator: False, standing=())
