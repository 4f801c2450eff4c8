"""EPSS scores: one CSV a day, gzipped, with every CVE that has a score.

Format: https://www.first.org/epss/data_stats. The first line is a comment that names model and day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from scanner.errors import InputError
from scanner.feeds.kev import CVE
from scanner.model.component import Problem
from scanner.model.exploitation import Likelihood
from scanner.shape import inflate

PUBLIC = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
_MAX_PROBLEMS = 1_000
_DATE = re.compile(r"score_date:(\d{4}-\d{2}-\d{2})")


def day(data: bytes, *, where: str) -> str:
    """The day of which the scores are, or "" where it is not said."""
    first = next(_lines(data, where), "")
    found = _DATE.search(first)
    return found[1] if found else ""


def parse(data: bytes, *, where: str) -> Iterator[Likelihood | Problem]:
    """Read plain or gzipped CSV, line by line. Raises `InputError` where it is none, or much of it makes no sense."""
    lines = enumerate(_lines(data, where), 1)
    rows = ((number, text) for number, text in lines if text.strip() and not text.startswith("#"))
    _, header = next(rows, (0, ""))
    columns = [name.strip().casefold() for name in header.split(",")]
    try:
        cve_at, probability_at, percentile_at = (columns.index(name) for name in ("cve", "epss", "percentile"))
    except ValueError as error:
        raise InputError("it has no columns cve, epss and percentile", where=where) from error
    bad = 0
    for number, text in rows:
        cells = text.split(",")
        try:
            cve, probability, percentile = cells[cve_at], float(cells[probability_at]), float(cells[percentile_at])
            if not CVE.match(cve) or not (_share(probability) and _share(percentile)):
                raise ValueError(text)
        except (ValueError, IndexError):
            bad += 1
            if bad > _MAX_PROBLEMS:
                raise InputError(f"more than {_MAX_PROBLEMS} lines make no sense", where=where) from None
            yield Problem(where=where, line=number, what=f"no score: {text[:100]!r}")
            continue
        yield Likelihood(cve=cve, probability=probability, percentile=percentile)


def _share(value: float) -> bool:
    return math.isfinite(value) and 0 <= value <= 1


def _lines(data: bytes, where: str) -> Iterator[str]:
    rest = ""
    for piece in _pieces(data, where):
        *whole, rest = (rest + piece.decode("utf-8", "replace")).split("\n")
        if len(rest) > 1_000_000:
            raise InputError("a line of a million characters", where=where)
        yield from whole
    if rest:
        yield rest


def _pieces(data: bytes, where: str) -> Iterator[bytes]:
    """The text, unpacked piece by piece and never more than is allowed."""
    if inflate.kind(data[:16]) != "gzip":
        yield data
        return
    total = 0
    try:
        for piece in inflate.pieces((data,), "gzip", size=1024 * 1024):
            total += len(piece)
            if total > MAX_UNPACKED:
                raise InputError("it unpacks to too much", hint=f"at most {MAX_UNPACKED} bytes are read")
            yield piece
    except InputError as error:
        raise InputError(error.what, where=where, hint=error.hint) from error
