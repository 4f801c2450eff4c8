"""How many re-enacted attacks are told as high, for the right reasons: by technique, writing, hook and place.

    python -m benchmarks.recall [--only TECHNIQUE] [--json FILE]

The cases are those of `tests/codescan/variations`: inert updates of a small package. A case counts when a finding is
high or critical, names the time at which the code runs, and names what it can.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

from benchmarks.false_alarms import cpu
from scanner.pipeline.diff import Pair, Settings, changes
from tests.codescan.variations import cases
from tests.codescan.variations.cases import Case

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
    parser.add_argument("--only", action="append", help="only this technique; may be repeated")
    parser.add_argument("--json", type=Path, help="write each case and why it was missed there, too")
    options = parser.parse_args()
    chosen = [case for case in cases.all_cases() if not options.only or case.technique.id in options.only]
    why: dict[str, str] = {}
    before = cpu()
    left = iter(chosen)
    while batch := list(islice(left, _AT_ONCE)):
        pairs = [Pair(old=old, new=new) for old, new in (case.sides() for case in batch)]
        for case, judged in zip(batch, changes(pairs, Settings()), strict=True):
            why[case.id] = cases.missed(case, judged.findings)
            if why[case.id]:
                print(f"missed {case.id}: {why[case.id]}", flush=True)
    spent = cpu() - before
    for title, of in _BY.items():
        _table(title, Counter(map(of, chosen)), Counter(of(case) for case in chosen if not why[case.id]))
    found = sum(not reason for reason in why.values())
    print(f"{found} of {len(chosen)} ({found / (len(chosen) or 1):.1%}), {spent:.0f} s CPU")
    if options.json:
        options.json.write_text(json.dumps(why, indent=1), encoding="utf-8")


def _table(title: str, all_: Counter[str], found: Counter[str]) -> None:
    print(f"\n| {title} | found | of |\n|---|---|---|")
    for key, count in sorted(all_.items()):
        print(f"| {key} | {found[key]} | {count} |")


if __name__ == "__main__":
    main()
