"""guarddog on the same honest packages and attacks, so that both are measured on one machine in one run.

    python -m benchmarks.guarddog GUARDDOG LIST [--cache FOLDER] [--pip COMMAND] [--every N] [--json FILE]

GUARDDOG is its command in an environment of its own; LIST as for `benchmarks.false_alarms --whole`. It judges whole
packages, so of each attack it is given the new side, as an archive; of the attacks every Nth of npm and Python is
taken. Suspicious is a score of 5 or more, high risk 7 or more. Only its rules over source code run: no network.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks import releases
from benchmarks.false_alarms import cpu
from tests.codescan.trees import Files
from tests.codescan.variations import cases

SUSPICIOUS, HIGH = 5.0, 7.0
_ECOSYSTEMS = {"js": "npm", "py": "pypi", "npm": "npm", "pypi": "pypi"}


class Score(NamedTuple):
    """What it says of one package."""

    name: str
    points: float | None
    """`None` where it gave no answer."""
    cpu: float


def scan(command: Path, ecosystem: str, name: str, target: Path) -> Score:
    """Have one archive judged."""
    before = cpu()
    done = subprocess.run(
        [str(command), ecosystem, "scan", str(target), "--output-format=json", "--no-sandbox"],
        capture_output=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    spent = cpu() - before
    try:
        body = json.loads(done.stdout.decode("utf-8", "replace").partition("\n")[0])
        return Score(name, float(body["risk_score"]["score"]), spent)
    except (ValueError, KeyError, TypeError):
        return Score(name, None, spent)


def _archive(side: Files, path: Path) -> Path:
    """One side of a case as npm and pip publish it."""
    with tarfile.open(path, "w:gz") as packed:
        for name in side.entries:
            data = side.read(name)
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return path


def _summary(title: str, scores: list[Score]) -> None:
    known = [score.points for score in scores if score.points is not None]
    print(
        f"{title}: {len(scores)} judged, {len(scores) - len(known)} without an answer, "
        f"{sum(points >= SUSPICIOUS for points in known)} suspicious, "
        f"{sum(points >= HIGH for points in known)} high risk, "
        f"{sum(score.cpu for score in scores):.0f} s CPU",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("guarddog", type=Path)
    releases.add_options(parser)
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    attacks, honest = [], []
    with tempfile.TemporaryDirectory(prefix="guarddog-") as scratch:
        chosen = [case for case in cases.all_cases() if case.technique.language in _ECOSYSTEMS][:: options.every]
        for case in chosen:
            target = _archive(case.sides()[1], Path(scratch, "attack-1.0.0.tgz"))
            attacks.append(scan(options.guarddog, _ECOSYSTEMS[case.technique.language], case.id, target))
        _summary("attacks", attacks)
        for package in releases.listed(options.list.read_text(encoding="utf-8")):
            for release in releases.of(package, options.cache, options.pip.split())[-1:]:
                score = scan(options.guarddog, _ECOSYSTEMS[package.type], package.name, release.path)
                honest.append(score)  # each takes seconds
        _summary("honest packages", honest)
    if options.json:
        body = {"attacks": [score._asdict() for score in attacks], "honest": [score._asdict() for score in honest]}
        options.json.write_text(json.dumps(body, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
