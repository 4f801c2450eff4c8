"""How many re-enacted attacks are told as high, for the right reasons: by technique, writing, hook and place.

    python -m benchmarks.recall [--only TECHNIQUE] [--json FILE]

The cases are those of `tests/codescan/variations`: inert updates of a small package. A case counts when a finding is
high or critical, names the time at which the code runs, and names what it can.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from benchmarks.false_alarms import cpu
from scanner.pipeline.diff import Settings, change
from tests.codescan.variations import cases
from tests.codescan.variations.cases import Case


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", action="append", help="only this technique; may be repeated")
    parser.add_argument("--json", type=Path, help="write each case and why it was missed there, too")
    options = parser.parse_args()
    why: dict[str, str] = {}
    judged: list[Case] = []
    before = cpu()
    for case in cases.all_cases():
        if options.only and case.technique.id not in options.only:
            continue
        old, new = case.sides()
        judged.append(case)
        why[case.id] = cases.missed(case, change(old, new, Settings()).findings)
        if why[case.id]:
            print(f"missed {case.id}: {why[case.id]}", flush=True)
    spent = cpu() - before
    for title, of in (
        ("technique", lambda case: case.technique.id),
        ("writing", lambda case: case.writing),
        ("hook", lambda case: case.hook),
        ("place", lambda case: case.place),
    ):
        _table(title, Counter(of(case) for case in judged), Counter(of(case) for case in judged if not why[case.id]))
    found = sum(not reason for reason in why.values())
    print(f"{found} of {len(judged)} ({found / (len(judged) or 1):.1%}), {spent:.0f} s CPU")
    if options.json:
        options.json.write_text(json.dumps(why, indent=1), encoding="utf-8")


def _table(title: str, all_: Counter[str], found: Counter[str]) -> None:
    print(f"\n| {title} | found | of |\n|---|---|---|")
    for key, count in sorted(all_.items()):
        print(f"| {key} | {found[key]} | {count} |")


if __name__ == "__main__":
    main()
