"""What a hunt costs: a list of 6,000 lines over 1,000 lockfiles of 1,000 packages, the first time and thereafter.

    python -m benchmarks.hunt [--files N] [--packages N] [--lines N]

Some lockfiles hold a version that the list names, others another version of a package that it names. The hunt must say
that it read every component and found every plant, or the run ends.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from benchmarks import inputs
from benchmarks.inputs import Package
from benchmarks.run import PRATIQUE, cost


def listed(lines: int) -> list[tuple[str, str]]:
    """Names and versions of a list of our own."""
    return [
        (f"@listed-{number % 311}/package-{number}", f"{number % 9}.{number % 17}.{number % 5}")
        for number in range(lines)
    ]


def make(folder: Path, files: int, packages: int, bad: list[tuple[str, str]]) -> int:
    """Write the lockfiles; how many of them hold a listed version."""
    chance = random.Random(11)  # repeatable, not secret
    pool = [f"benign-package-{number}" for number in range(20 * packages)]
    plants = 0
    for number in range(files):
        tree = inputs.tree(chance.sample(pool, packages - 2))
        name, version = chance.choice(bad)
        # Every third lockfile holds a near miss, every fiftieth a plant.
        if number % 3 == 0:
            tree.append(Package(name, version + "9", ()))
        if number % 50 == 0:
            name, version = chance.choice(bad)
            tree.append(Package(name, version, ()))
            plants += 1
        target = folder / f"project-{number}"
        target.mkdir()
        (target / "package-lock.json").write_bytes(inputs.package_lock(tree))
    return plants


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--packages", type=int, default=1_000)
    parser.add_argument("--lines", type=int, default=6_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pratique-hunt-") as scratch:
        folder, cache, answer = Path(scratch, "src"), Path(scratch, "cache"), Path(scratch, "answer.json")
        folder.mkdir()
        bad = listed(options.lines)
        list_ = Path(scratch, "list.txt")
        list_.write_text("".join(f"{name}:{version}\n" for name, version in bad))
        plants = make(folder, options.files, options.packages, bad)
        size = sum(path.stat().st_size for path in folder.rglob("*.json"))
        print(f"{options.lines:,} lines; {options.files:,} lockfiles of {options.packages:,} packages", end=", ")
        print(f"{size / 1e6:.0f} MB")
        command = [*PRATIQUE, "hunt", str(list_), "--in", str(folder), "--cache-dir", str(cache)]
        for title in ("first", "known", "known"):
            begin = time.monotonic()
            spent = cost([*command, "--format", "json", "--output", str(answer)], allowed=(1,))
            wall = time.monotonic() - begin
            found = json.loads(answer.read_bytes())
            read = found["coverage"]["components"]["read"]
            if len(found["hits"]) != plants or read < options.files * (options.packages - 2):
                raise SystemExit(f"{len(found['hits'])} of {plants} plants, {read} components")
            print(
                f"{title:<6} {wall:6.1f} s ({spent.seconds:.1f} s of CPU, {spent.megabytes:.0f} MB), {plants} plants,"
                f" {len(found['near_misses'])} near misses, {found['files_remembered']} files known"
            )
        kept = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
        print(f"cache  {kept / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
