"""Locks that say when a release was uploaded."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scanner.model.component import Component
from scanner.parsers import composer_lock, pnpm_lock, pylock_toml, uv_lock
from scanner.parsers.source import Source

OLD, NEW = "2026-11-01T10:00:00Z", "2026-11-29T10:00:00.5Z"
LATEST = datetime(2026, 11, 29, 10, 0, 0, 500_000, tzinfo=UTC)
UV = """\
version = 1

[[package]]
name = "left"
version = "1.0.0"
source = {{ registry = "https://registry.invalid/simple" }}
sdist = {{ url = "https://files.invalid/left-1.0.0.tar.gz", hash = "sha256:aa", upload-time = {0} }}
wheels = [{{ url = "https://files.invalid/left-1.0.0.whl", hash = "sha256:bb", upload-time = {1} }}]
"""
PYLOCK = """\
lock-version = "1.0"

[[packages]]
name = "left"
version = "1.0.0"
sdist = {{ url = "https://files.invalid/left-1.0.0.tar.gz", upload-time = {0}, hashes = {{ sha256 = "aa" }} }}
wheels = [{{ url = "https://files.invalid/left-1.0.0.whl", upload-time = {1}, hashes = {{ sha256 = "bb" }} }}]
"""
PNPM = """\
lockfileVersion: {2}
packages:
  {0}:
    resolution: {{integrity: sha512-AAAA}}
time:
  {0}: '{1}'
"""


def published(parser: object, path: str, text: str) -> list[datetime | None]:
    items = parser.parse(Source(path=path, data=text.encode()))  # type: ignore[attr-defined]
    return [item.published for item in items if isinstance(item, Component)]


@pytest.mark.parametrize(("parser", "path", "text"), [(uv_lock, "uv.lock", UV), (pylock_toml, "pylock.toml", PYLOCK)])
def test_the_youngest_artefact_counts(parser: object, path: str, text: str) -> None:
    assert published(parser, path, text.format(f'"{OLD}"', f'"{NEW}"')) == [LATEST]
    assert published(parser, path, text.format(NEW, OLD)) == [LATEST]  # a time of TOML's own
    assert published(parser, path, text.format('"yesterday"', "7")) == [None]
    assert published(parser, path, text.format('"0001-01-01T00:00:00+14:00"', f'"{NEW}"')) == [LATEST]


def test_composer_names_the_time_of_the_commit() -> None:
    def lock(time: object) -> str:
        return json.dumps({"packages": [{"name": "a/left", "version": "1.0.0", "time": time}], "packages-dev": []})

    assert published(composer_lock, "composer.lock", lock("2026-11-29T12:00:00.5+02:00")) == [LATEST]
    assert published(composer_lock, "composer.lock", lock([])) == [None]


@pytest.mark.parametrize(
    ("key", "version"), [("/left@1.0.0", "'6.0'"), ("left@1.0.0", "'9.0'"), ("/left/1.0.0", "5.4")]
)
def test_pnpm_where_it_chooses_by_date(key: str, version: str) -> None:
    assert published(pnpm_lock, "pnpm-lock.yaml", PNPM.format(key, NEW, version)) == [LATEST]
    assert published(pnpm_lock, "pnpm-lock.yaml", PNPM.format(key, "soon", version)) == [None]
