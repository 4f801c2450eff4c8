"""What `audit --online` costs: against a registry on this machine, and again, when every answer is at hand.

    python -m benchmarks.registries [--components N]

Prints seconds, CPU seconds and requests of the whole command; judges nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.servers import Answer, Question, answering

_VERSIONS = 50
"""Of each package, as an ordinary one has them."""


def packument(name: str, url: str) -> bytes:
    """A package with its versions, each with what the public registry says of it."""
    versions = {
        f"1.{number}.0": {
            "name": name, "version": f"1.{number}.0", "description": "a package " * 5,
            "dependencies": {f"other-{one}": "^1.0.0" for one in range(8)},
            "dist": {"tarball": f"{url}/{name}/-/{name}-1.{number}.0.tgz", "shasum": f"{number:040x}",
                     "integrity": "sha512-" + "A" * 86 + "=="},
            "maintainers": [{"name": "ann", "email": "ann@makers.invalid"}],
            "repository": {"type": "git", "url": f"git+https://forge.invalid/makers/{name}.git"},
        }
        for number in range(_VERSIONS)
    }  # fmt: skip
    times = {"created": "2025-01-01T00:00:00.000Z", **dict.fromkeys(versions, "2025-02-01T00:00:00.000Z")}
    return json.dumps({"name": name, "versions": versions, "time": times}).encode()


def sbom(path: Path, count: int) -> None:
    components = [
        {"type": "library", "name": f"p{number}", "version": "1.7.0", "purl": f"pkg:npm/p{number}@1.7.0",
         "hashes": [{"alg": "SHA-512", "content": "00" * 64}]}
        for number in range(count)
    ]  # fmt: skip
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components,
                "metadata": {"timestamp": "2026-10-01T08:00:00Z"}}  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")


def run(arguments: Sequence[str | Path], environ: dict[str, str]) -> str:
    """The command, once, and what it cost."""
    began = time.monotonic()
    line = [sys.executable, "-m", "scanner.cli", "audit", *map(str, arguments)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    cpu = used.ru_utime + used.ru_stime
    return f"{seconds:6.2f} s  {cpu:6.2f} s CPU  exit {process.returncode}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--components", type=int, default=1_000)
    count = parser.parse_args().components
    asked: list[str] = []

    def answer(question: Question) -> Answer:
        asked.append(question.path)
        name = question.path.removeprefix("/")
        return 200, {}, bodies[name]

    with tempfile.TemporaryDirectory(prefix="registries-") as scratch, answering(answer) as url:
        bodies = {f"p{number}": packument(f"p{number}", url) for number in range(count)}
        home = Path(scratch)
        (home / ".npmrc").write_text(f"registry={url}/\n", encoding="utf-8")
        path = home / "bom.json"
        sbom(path, count)
        environ = {"PATH": os.environ["PATH"], "HOME": scratch, "PRATIQUE_CACHE": str(home / "cache")}
        print(f"{count:,} components, documents of {len(bodies['p0']) / 1024:.0f} kB")
        for title, arguments in (
            ("asks nobody", ()),
            ("--online", ("--online",)),
            ("--online again", ("--online",)),
            ("--as-of", ("--as-of", f"{time.strftime('%Y-%m-%d')}")),
        ):
            before = len(asked)
            told = run((path, *arguments), environ)
            print(f"{title:<15} {told}  {len(asked) - before:,} requests")
        size = (home / "cache" / "registry-answers.sqlite").stat().st_size
        print(f"kept: {size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
