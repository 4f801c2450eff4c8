"""How many re-enacted attacks are told as high, for the right reasons: by technique, writing, hook and place.

    python -m benchmarks.recall [--unseen | --honest] [--only CASE] [--json FILE]

The cases are those of `tests/codescan/variations`: inert updates of a small package. A case counts when a finding is
high or critical, names the time at which the code runs, and names what it can. `--unseen` takes the attacks that no
author of a rule has seen, and tells beside it how many are high whatever the reasons; `--honest` takes the updates
that look near to them, of which none should be high.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.false_alarms import cpu
from scanner.model.finding import Finding, Severity
from scanner.pipeline.diff import Pair, Settings, changes
from tests.codescan.trees import Files
from tests.codescan.variations import cases, unseen
from tests.codescan.variations.cases import Case
from tests.codescan.variations.update import Update

_AT_ONCE = 60
"""Cases that share the runs of the engine, each judged by itself."""
_BY: Mapping[str, Callable[[Case], str]] = {
    "technique": lambda case: case.technique.id,
    "writing": lambda case: case.writing,
    "hook": lambda case: case.hook,
    "place": lambda case: case.place,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", action="append", help="only this technique or update; may be repeated")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--unseen", action="store_true", help="the attacks that no author of a rule has seen")
    which.add_argument("--honest", action="store_true", help="honest updates that look near to the unseen attacks")
    parser.add_argument("--json", type=Path, help="write each case and why it was missed there, too")
    options = parser.parse_args()
    before = cpu()
    if options.unseen or options.honest:
        known = unseen.attacks() if options.unseen else unseen.honest()
        updates = [update for update in known if not options.only or update.id in options.only]
        why = (_unseen if options.unseen else _honest)(updates)
    else:
        why = _variations([case for case in cases.all_cases() if not options.only or case.technique.id in options.only])
    print(f"{cpu() - before:.0f} s CPU")
    if options.json:
        options.json.write_text(json.dumps(why, indent=1), encoding="utf-8")


def _variations(chosen: Sequence[Case]) -> dict[str, str]:
    why = {}
    for case, findings in zip(chosen, _found(case.sides() for case in chosen), strict=True):
        why[case.id] = cases.missed(case, findings)
        if why[case.id]:
            print(f"missed {case.id}: {why[case.id]}", flush=True)
    for title, of in _BY.items():
        _table(title, Counter(map(of, chosen)), Counter(of(case) for case in chosen if not why[case.id]))
    print(_share(sum(not reason for reason in why.values()), len(why)))
    return why


def _unseen(updates: Sequence[Update]) -> dict[str, str]:
    why, high = {}, 0
    for update, findings in zip(updates, _found(map(_sides, updates)), strict=True):
        why[update.id] = unseen.missed(update, findings)
        high += bool(_high(findings))
        if why[update.id]:
            print(f"missed {update.id}: {why[update.id]}", flush=True)
    print(f"found for the right reasons: {_share(sum(not reason for reason in why.values()), len(why))}")
    print(f"severity alone: found at high or above: {_share(high, len(why))}")
    return why


def _honest(updates: Sequence[Update]) -> dict[str, str]:
    why = {}
    for update, findings in zip(updates, _found(map(_sides, updates)), strict=True):
        why[update.id] = " ; ".join(f"{finding.severity.word}: {finding.reason}" for finding in _high(findings))
        if why[update.id]:
            print(f"alarmed {update.id}: {why[update.id]}", flush=True)
    print(f"honest updates at high or above: {_share(sum(map(bool, why.values())), len(why))}")
    return why


def _found(sides: Iterable[tuple[Files, Files]]) -> Iterator[Sequence[Finding]]:
    left = iter(sides)
    while batch := list(islice(left, _AT_ONCE)):
        pairs = [Pair(old=old, new=new) for old, new in batch]
        yield from (judged.findings for judged in changes(pairs, Settings()))


def _sides(update: Update) -> tuple[Files, Files]:
    return Files(update.old), Files(update.new)


def _high(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity >= Severity.HIGH]


def _share(count: int, of: int) -> str:
    return f"{count} of {of} ({count / (of or 1):.1%})"


def _table(title: str, all_: Counter[str], found: Counter[str]) -> None:
    print(f"\n| {title} | found | of |\n|---|---|---|")
    for key, count in sorted(all_.items()):
        print(f"| {key} | {found[key]} | {count} |")


if __name__ == "__main__":
    main()
