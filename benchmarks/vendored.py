"""What the judgement of vendored code costs in a scan: a real `node_modules`, with its releases at hand and without.

    python -m benchmarks.vendored [--folder /tmp/pratique-vendored] [--whole]

npm installs a few large packages, without running their scripts; the releases are those in npm's own cache, confirmed
by the lockfile. With --whole, the same is judged with nothing to compare with: minutes. Judges nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from scanner.model.component import Component, Problem
from scanner.model.purl import Purl
from scanner.pipeline import code
from scanner.pipeline import inventory as inventories
from scanner.pipeline.releases import Releases

_PACKAGES = {
    "typescript": "5.8.3", "webpack": "^5", "@babel/preset-env": "^7", "eslint": "^9", "jest": "^29",
    "react-dom": "^18", "lodash": "^4", "core-js": "3.39.0", "@angular/compiler": "^18", "date-fns": "^3", "rxjs": "^7",
    "monaco-editor": "^0.50", "three": "^0.170",
}  # fmt: skip


class Nothing:
    """No release is at hand."""

    def known(self, component: Component, problems: list[Problem]) -> None:  # noqa: ARG002  # as the protocol says
        return None

    def fetched(self, purl: Purl, problems: list[Problem], *, digests: Sequence[str] = ()) -> code.Proven:  # noqa: ARG002  # the protocol's signature
        raise AssertionError("nothing is fetched offline")


def install(folder: Path) -> None:
    """The packages of the benchmark, once."""
    if (folder / "node_modules").is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"name": "b", "private": True, "dependencies": _PACKAGES}))
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def measure(folder: Path, releases: code.Releases) -> None:
    """One judgement: CPU with that of the engine, wall clock, and what was looked at."""
    inventory = inventories.read([folder])
    before, begun = _cpu(), time.perf_counter()
    told = code.judge([(folder, "")], inventory, code.Wanted(releases=releases))
    used, passed = _cpu() - before, time.perf_counter() - begun
    assert told.state is not None
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size:.0f} MB, {told.state.packages} packages, {told.state.files} files, {told.state.compared} compared, "
        f"{len(told.state.whole)} whole, {told.state.judged} files judged: {used:.1f} s CPU, {passed:.1f} s, "
        f"{size / used:.1f} MB/s, peak {peak:.0f} MB, {len(told.findings)} findings"
    )
    for finding in told.findings[:20]:
        print(f"  {finding.severity.word} {finding.title}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "pratique-vendored")
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    install(given.folder)
    if given.whole:
        measure(given.folder, Nothing())
        return
    with tempfile.TemporaryDirectory() as cache, Releases(
        cache=Path(cache), online=False, environ=dict(os.environ), home=Path.home()
    ) as releases:  # fmt: skip
        measure(given.folder, releases)


if __name__ == "__main__":
    main()
