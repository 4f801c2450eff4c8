"""One clean document for each reader of the table, to be spoilt: three packages, no problem, nothing else needed.

`tests/hostile/<reader>/` is the tree in which the reader finds it.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import NamedTuple

from scanner.parsers import PARSERS, Parser

HERE = Path(__file__).parent
_NOTATIONS = {
    "json": (
        "cyclonedx-json", "spdx2-json", "spdx3-json", "syft-json", "npm-package-lock", "npm-package-json",
        "npm-installed", "pipfile-lock", "composer-lock", "composer-installed", "nuget-packages-lock",
        "dotnet-deps-json", "nuget-project-assets", "swift-package-resolved", "renv-lock", "conan-lock",
        "cargo-vendored", "bun-lock", "vscode-extensions",
    ),
    "yaml": (
        "spdx2-yaml", "pnpm-lock", "pubspec-lock", "stack-lock", "conda-environment", "conda-lock", "github-workflow",
        "pre-commit-config", "compose-file", "podfile-lock", "yarn-lock",
    ),
    "toml": (
        "poetry-lock", "uv-lock", "pdm-lock", "pylock-toml", "pyproject-toml", "cargo-lock", "gradle-version-catalog",
    ),
    "xml": (
        "cyclonedx-xml", "spdx2-rdf", "spdx2-xml", "nuget-packages-config", "dotnet-project", "maven-pom",
        "gradle-verification",
    ),
    "zip": ("java-archive",),
}  # fmt: skip


class Sample(NamedTuple):
    """A document, and the path under which its reader claims it."""

    reader: str
    path: str
    data: bytes
    beside: dict[str, bytes]
    """Files that must lie beside it."""

    @property
    def notation(self) -> str:
        """json, yaml, toml, xml, zip or lines: which attacks make sense."""
        return next((kind for kind, names in _NOTATIONS.items() if self.reader in names), "lines")


def _sample(parser: Parser) -> Sample:
    if parser.name == "java-archive":
        return Sample(parser.name, "app.jar", _jar(), {})
    root = HERE / parser.name
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    (path,) = (path for path in files if parser.claims(path)) if parser.files else files
    data = files.pop(path)
    return Sample(parser.name, path, data, files)


def _jar() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("one", "two", "three"):
            properties = f"groupId=invalid.example\nartifactId={name}\nversion=1.0\n"
            archive.writestr(f"META-INF/maven/invalid.example/{name}/pom.properties", properties)
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
    return out.getvalue()


SAMPLES: tuple[Sample, ...] = tuple(_sample(parser) for parser in PARSERS)
