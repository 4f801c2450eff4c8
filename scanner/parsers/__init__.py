"""Bytes → components: one file per lockfile or SBOM format, and the table that says which file is whose.

The table is explicit, and a module is imported when its first file turns up: sixty formats cost nothing to a scan
that meets one. Each module has one public function, `parse(source)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase, translate
from functools import cache
from importlib import import_module
from typing import NamedTuple

from scanner.model.component import Item
from scanner.parsers.source import Source

Parse = Callable[[Source], Iterator[Item]]


class Parser(NamedTuple):
    """A line of the table."""

    module: str
    """Module in this package; with `-` for `_` it is the reader's name in reports."""
    title: str
    files: tuple[str, ...]
    """Patterns (fnmatch) of the last parts of a path: `Cargo.lock`, `.github/workflows/*.yml`. None: by content."""

    @property
    def name(self) -> str:
        return self.module.replace("_", "-")

    def load(self) -> Parse:
        """The module's `parse`."""
        parse: Parse = import_module(f"scanner.parsers.{self.module}").parse
        return parse

    def claims(self, path: str) -> bool:
        """Whether this parser reads the file at `path` (relative, with `/`)."""
        parts = path.split("/")
        return any(
            fnmatchcase("/".join(parts[-(pattern.count("/") + 1) :]), pattern)
            for pattern in self.files
            if pattern.count("/") < len(parts)
        )


PARSERS: tuple[Parser, ...] = (
    # SBOMs: told by content (see sniff.py), whatever the file is called.
    Parser("cyclonedx_json", "CycloneDX 1.2 to 1.7, JSON", ()),
    Parser("cyclonedx_xml", "CycloneDX 1.0 to 1.7, XML", ()),
    Parser("spdx2_json", "SPDX 2.1 to 2.3, JSON", ()),
    Parser("spdx2_yaml", "SPDX 2.1 to 2.3, YAML", ()),
    Parser("spdx2_tag_value", "SPDX 2.1 to 2.3, tag-value", ()),
    Parser("spdx2_rdf", "SPDX 2.1 to 2.3, RDF/XML", ()),
    Parser("spdx2_xml", "SPDX 2.1 to 2.3, plain XML", ()),
    Parser("spdx3_json", "SPDX 3.0, JSON-LD", ()),
    Parser("syft_json", "syft JSON", ()),
    # npm and its relatives
    Parser("npm_package_lock", "npm lock, versions 1 to 3", ("package-lock.json", "npm-shrinkwrap.json", ".package-lock.json")),
    Parser("yarn_lock", "yarn.lock, classic and berry", ("yarn.lock",)),
    Parser("pnpm_lock", "pnpm lock, versions 5 to 9", ("pnpm-lock.yaml",)),
    Parser("bun_lock", "bun.lock", ("bun.lock",)),
    Parser("npm_installed", "installed npm package", ("node_modules/*/package.json", "node_modules/@*/*/package.json")),
    Parser("npm_package_json", "package.json", ("package.json",)),
    # Python
    Parser("python_requirements", "requirements.txt", ("requirements*.txt", "*requirements.txt", "requirements/*.txt", "requirements*.in", "constraints*.txt")),
    Parser("poetry_lock", "poetry.lock", ("poetry.lock",)),
    Parser("uv_lock", "uv.lock", ("uv.lock", "*.py.lock")),
    Parser("pdm_lock", "pdm.lock", ("pdm.lock",)),
    Parser("pipfile_lock", "Pipfile.lock", ("Pipfile.lock",)),
    Parser("pylock_toml", "pylock.toml (PEP 751)", ("pylock.toml", "pylock.*.toml")),
    Parser("pyproject_toml", "pyproject.toml", ("pyproject.toml",)),
    Parser("python_dist_info", "installed Python distribution", ("*.dist-info/METADATA", "*.egg-info/PKG-INFO")),
    Parser("python_vendor_txt", "pip-style vendor.txt", ("vendor.txt", "vendored.txt")),
    # Go, Rust, Ruby, PHP
    Parser("go_mod", "go.mod with go.sum", ("go.mod",)),
    Parser("go_vendor_modules", "Go vendor/modules.txt", ("vendor/modules.txt",)),
    Parser("cargo_lock", "Cargo.lock", ("Cargo.lock",)),
    Parser("cargo_vendored", "vendored crate", ("*/.cargo-checksum.json",)),
    Parser("gemfile_lock", "Gemfile.lock", ("Gemfile.lock", "gems.locked", "Gemfile.next.lock")),
    Parser("composer_lock", "composer.lock", ("composer.lock",)),
    Parser("composer_installed", "Composer installed.json", ("composer/installed.json",)),
    # .NET
    Parser("nuget_packages_lock", "packages.lock.json", ("packages.lock.json", "packages.*.lock.json")),
    Parser("nuget_packages_config", "packages.config", ("packages.config", "packages.*.config")),
    Parser("dotnet_project", ".NET project or central versions", ("*.csproj", "*.fsproj", "*.vbproj", "Directory.Packages.props", "Directory.Build.props")),
    Parser("dotnet_deps_json", ".NET *.deps.json", ("*.deps.json",)),
    Parser("nuget_project_assets", "project.assets.json", ("project.assets.json",)),
    # JVM
    Parser("maven_pom", "Maven pom.xml", ("pom.xml", "*.pom")),
    Parser("gradle_lockfile", "gradle.lockfile", ("gradle.lockfile", "*.lockfile")),
    Parser("gradle_verification", "Gradle verification-metadata.xml", ("verification-metadata.xml",)),
    Parser("gradle_version_catalog", "Gradle version catalogue", ("*.versions.toml",)),
    Parser("java_archive", "jar, war or ear", ("*.jar", "*.war", "*.ear")),
    # Other languages
    Parser("pubspec_lock", "Dart pubspec.lock", ("pubspec.lock",)),
    Parser("mix_lock", "Elixir mix.lock", ("mix.lock",)),
    Parser("swift_package_resolved", "Swift Package.resolved", ("Package.resolved",)),
    Parser("podfile_lock", "CocoaPods Podfile.lock", ("Podfile.lock",)),
    Parser("cabal_freeze", "cabal.project.freeze", ("cabal.project.freeze",)),
    Parser("stack_lock", "stack.yaml.lock", ("stack.yaml.lock",)),
    Parser("renv_lock", "R renv.lock", ("renv.lock",)),
    Parser("conan_lock", "conan.lock", ("conan.lock",)),
    Parser("conda_environment", "conda environment.yml", ("environment.yml", "environment.yaml", "environment-*.yml", "conda.yaml", "conda.yml")),
    Parser("conda_lock", "conda-lock.yml", ("conda-lock.yml", "conda-lock.yaml", "*.conda-lock.yml")),
    # What builds, runs and edits the code
    Parser("github_workflow", "GitHub Actions workflow or action", (".github/workflows/*.yml", ".github/workflows/*.yaml", "action.yml", "action.yaml")),
    Parser("pre_commit_config", "pre-commit configuration", (".pre-commit-config.yaml", ".pre-commit-config.yml")),
    Parser("dockerfile", "Dockerfile", ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile", "Containerfile.*")),
    Parser("compose_file", "compose file", ("docker-compose*.yml", "docker-compose*.yaml", "compose*.yml", "compose*.yaml")),
    Parser("terraform_lock", ".terraform.lock.hcl", (".terraform.lock.hcl",)),
    Parser("vscode_extensions", ".vscode/extensions.json", (".vscode/extensions.json",)),
    Parser("gitmodules", ".gitmodules", (".gitmodules",)),
)  # fmt: skip

_BY_NAME = {parser.name: parser for parser in PARSERS}
_WILD = set("*?[")
_PLAIN = frozenset(
    pattern.rpartition("/")[2] for parser in PARSERS for pattern in parser.files if not _WILD & set(pattern)
)
"""What the last part of a claimed path is: with the patterns below, refuses most files of a tree at a few matches."""


@cache
def _wild() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Patterns with wildcards in one, by how many parts of a path they are about."""
    found: dict[int, list[str]] = {}
    for parser in PARSERS:
        for pattern in parser.files:
            if _WILD & set(pattern):
                found.setdefault(pattern.count("/") + 1, []).append(translate(pattern))
    return tuple((parts, re.compile("|".join(sorted(patterns)))) for parts, patterns in sorted(found.items()))


def by_name(name: str) -> Parser:
    """The parser of that name. Raises `KeyError`."""
    return _BY_NAME[name]


def claim(path: str) -> Parser | None:
    """The first parser whose patterns take the file at `path`; `None` when only its content could tell."""
    parts = path.split("/")
    if parts[-1] not in _PLAIN and not any(
        count <= len(parts) and pattern.match("/".join(parts[-count:])) for count, pattern in _wild()
    ):
        return None
    return next((parser for parser in PARSERS if parser.files and parser.claims(path)), None)
