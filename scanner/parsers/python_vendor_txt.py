"""`vendor.txt` as pip keeps it: the packages that were copied into a project, one requirement a line.

Example: https://github.com/pypa/pip/blob/main/src/pip/_vendor/vendor.txt; written for the tool
https://github.com/pradyunsg/vendoring. Indentation shows who brought a package along.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.errors import InputError
from scanner.model.component import Item, Location, Problem
from scanner.parsers import python, requirement_lines
from scanner.parsers.source import Source
from scanner.shape import encoding

_MOST_COMPLAINTS = 20


def parse(source: Source) -> Iterator[Item]:
    """Yield each package. A file of that name may hold something else: it is refused when no line is a requirement."""
    complaints: list[Problem] = []
    more = 0
    read = False
    text = encoding.text(source.data, where=source.path)
    for line in requirement_lines.lines(text):
        try:
            if line.unknown or not (line.requirement or line.options):
                raise InputError(f"unknown option {' '.join(line.unknown)[:100]!r}")
            for wanted, digests in requirement_lines.wanted(line):
                yield python.component(wanted, Location(source.path, line.number), digests=digests)
                read = True
        except InputError as error:
            if len(complaints) < _MOST_COMPLAINTS:
                complaints.append(Problem(where=source.path, what=error.what, line=line.number))
            else:
                more += 1
    if not read:
        raise InputError("no line names a Python package", where=source.path)
    yield from complaints
    if more:
        yield Problem(where=source.path, what=f"{more} more lines are no requirements")
