"""What honest releases are accused of: consecutive releases compared as published, or the newest judged whole.

    python -m benchmarks.false_alarms LIST [--whole] [--only NAME] [--cache FOLDER] [--pip COMMAND] [--json FILE]

LIST holds one purl a line (`benchmarks.releases` fetches what is not in the cache). Prints a line for each pair, each
finding that is high or critical with its evidence, and what the share is.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks import releases
from benchmarks.releases import Release
from scanner.display import line
from scanner.model.component import Problem
from scanner.model.finding import Finding, Severity
from scanner.pipeline.diff import Judged, Settings, change
from scanner.targets import trees

HIGH_SHARE, CRITICAL_SHARE, WHOLE_SHARE = 0.02, 0.005, 0.10
"""What may be accused at most: of updates as high and as critical, of packages judged whole as high."""


class Result(NamedTuple):
    """One pair, or one package, judged."""

    name: str
    old: str
    new: str
    severity: str
    findings: tuple[Finding, ...]
    files: int
    losses: int
    cpu: float
    wall: float

    @property
    def alarms(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity >= Severity.HIGH)


def cpu() -> float:
    """Seconds of this process and its children so far."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def judged(old: Release | None, new: Release) -> Result:
    """Compare two releases; without an old one the new is judged whole."""
    problems: list[Problem] = []
    before, began = cpu(), time.perf_counter()
    old_tree = None if old is None else trees.archive(old.path, problems)
    found: Judged = change(old_tree, trees.archive(new.path, problems), Settings())
    worst = max((finding.severity for finding in found.findings), default=Severity.NONE)
    lost = sum(not problem.harmless for problem in (*problems, *found.problems))
    return Result(
        new.name, "" if old is None else old.version, new.version, worst.word, found.findings,
        len(found.files), lost, cpu() - before, time.perf_counter() - began,
    )  # fmt: skip


def _all(options: argparse.Namespace) -> Iterator[tuple[Release | None, Release]]:
    for package in releases.listed(options.list.read_text(encoding="utf-8")):
        if options.only and package.name not in options.only:
            continue
        held = releases.of(package, options.cache, options.pip.split())
        if options.whole:
            yield from ((None, release) for release in held[-1:])
        else:
            yield from pairwise(held)


def _show(result: Result) -> None:
    print(
        f"{result.name:22} {result.old:>9} {result.new:>9} {result.severity:9} {len(result.findings):3} findings "
        f"{result.files:5} files {result.losses:3} losses {result.cpu:6.1f} s CPU {result.wall:6.1f} s",
        flush=True,
    )
    for finding in result.alarms:
        print(f"    {finding.severity.word}: {line(finding.title)} ({line(finding.reason)})")
        for evidence in finding.evidence[:6]:
            place = f"{evidence.location.path}:{evidence.location.line or ''}"
            print(f"        {line(place)} {line(evidence.value)} | {line((evidence.excerpt or '')[:140])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    releases.add_options(parser)
    parser.add_argument("--whole", action="store_true", help="judge the newest release alone")
    parser.add_argument("--only", action="append", help="only this package; may be repeated")
    parser.add_argument("--json", type=Path, help="write what was found there, too")
    options = parser.parse_args()
    results = []
    for old, new in _all(options):
        results.append(judged(old, new))
        _show(results[-1])
    high = [result for result in results if result.alarms]
    critical = [result for result in results if result.severity == "critical"]
    many = len(results) or 1
    print(
        f"{len(results)} judged, {len(high)} high or critical ({len(high) / many:.1%}), {len(critical)} critical "
        f"({len(critical) / many:.1%}), {sum(result.cpu for result in results):.0f} s CPU"
    )
    if options.json:
        options.json.write_text(json.dumps([_row(result) for result in results], indent=1), encoding="utf-8")
    allowed = WHOLE_SHARE if options.whole else HIGH_SHARE
    if len(high) > allowed * many or (not options.whole and len(critical) > CRITICAL_SHARE * many):
        raise SystemExit("more than may be accused")


def _row(result: Result) -> dict[str, object]:
    return {
        **result._asdict(),
        "findings": [
            {
                "severity": finding.severity.word, "title": finding.title, "reason": finding.reason,
                "evidence": [f"{one.location.path}:{one.location.line} {one.value}" for one in finding.evidence],
            }
            for finding in result.findings
        ],
    }  # fmt: skip


if __name__ == "__main__":
    main()
