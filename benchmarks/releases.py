"""The last releases of honest packages, fetched once through pip and npm by name, and kept in a folder.

    python -m benchmarks.releases LIST [--cache FOLDER] [--pip COMMAND]

LIST holds one purl a line, with a version: the five releases up to it are kept as they were published, the source
distribution for Python where pip gets one, else the wheel. pip prepares the metadata of a source distribution, which
runs its build backend: the list is of packages that are trusted, and the pip of a scratch environment is asked.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from packageurl import PackageURL
from packaging.version import Version

CACHE = Path(tempfile.gettempdir(), "benign_releases")
COUNT = 5
_STABLE = re.compile(r"\d+(?:\.\d+)*\Z")


class Release(NamedTuple):
    """One release, as published."""

    name: str
    version: str
    path: Path


def listed(text: str) -> Iterator[PackageURL]:
    """The packages of a list."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield PackageURL.from_string(line.strip())


def of(package: PackageURL, cache: Path, pip: Sequence[str] = ("pip",)) -> list[Release]:
    """The last releases of a package up to its version, oldest first; those that are not there are fetched."""
    folder = cache / package.type / package.name
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for version in _chosen(package, folder, pip):
        path = folder / version
        if not path.is_dir():
            _fetch(package, version, path, pip)
        held = sorted(path.iterdir())
        if held:
            found.append(Release(package.name, version, held[0]))
    return found


def _chosen(package: PackageURL, folder: Path, pip: Sequence[str]) -> list[str]:
    """The versions wanted; which there are is asked once."""
    known = folder / "versions.json"
    if not known.exists():
        known.write_text(json.dumps(_published(package, pip)), encoding="utf-8")
    last = Version(package.version or "")
    stable = (text for text in json.loads(known.read_text(encoding="utf-8")) if _STABLE.match(text))
    ordered = sorted((text for text in stable if Version(text) <= last), key=Version)
    return ordered[-COUNT:]


def _published(package: PackageURL, pip: Sequence[str]) -> list[str]:
    if package.type == "npm":
        found = json.loads(_said("npm", "view", package.name, "versions", "--json"))
        return found if isinstance(found, list) else [found]
    lines = _said(*pip, "index", "versions", package.name).splitlines()
    return [
        version.strip() for line in lines if line.startswith("Available versions:")
        for version in line.partition(":")[2].split(",")
    ]  # fmt: skip


def _fetch(package: PackageURL, version: str, path: Path, pip: Sequence[str]) -> None:
    """Fetch one artefact; a folder without one says that there is none to be had."""
    wanted = f"{package.name}@{version}" if package.type == "npm" else f"{package.name}=={version}"
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        if package.type == "npm":
            _said("npm", "pack", wanted, "--ignore-scripts", "--pack-destination", scratch)
        else:
            for form in ("--no-binary=:all:", "--only-binary=:all:"):
                try:
                    _said(*pip, "download", "--no-deps", "--no-build-isolation", form, "--dest", scratch, wanted)
                    break
                except subprocess.CalledProcessError as error:
                    print(f"{wanted} {form}: {error.stderr.strip()[-300:]}", file=sys.stderr)
        path.mkdir()
        for file in Path(scratch).iterdir():
            shutil.move(file, path / file.name)


def _said(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stdout


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every measurement over releases takes."""
    parser.add_argument("list", type=Path, help="purls, one a line")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--pip", default="pip", help="pip of a scratch environment that holds the usual build backends")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser)
    options = parser.parse_args()
    for package in listed(options.list.read_text(encoding="utf-8")):
        held = of(package, options.cache, options.pip.split())
        print(package.name, *(f"{release.version} ({release.path.name})" for release in held), sep="\n  ")


if __name__ == "__main__":
    main()
