"""Packages that have nothing to compare with: what is parsed of them has a limit, and what they show is kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from scanner.codescan import engine
from scanner.errors import EngineError
from scanner.model.finding import Severity
from scanner.pipeline import diff
from scanner.pipeline.diff import Judged, Pair
from scanner.pipeline.judged_cache import Cache
from tests.codescan.trees import Files

HIDES = "const go = new Function(String.fromCharCode(97, 108, 101, 114, 116, 40, 49, 41));\ngo();\n"
MANIFEST = '{"name": "left", "version": "1.0.0", "main": "index.js", "scripts": {"postinstall": "node setup.js"}}\n'
QUIET = "module.exports = function left(text) {\n  return text;\n};\n"


@pytest.fixture(autouse=True)
def _semgrep() -> None:
    try:
        engine.find(os.environ)
    except EngineError as error:
        pytest.skip(f"{error}: rules are not run")


def tree(**files: str) -> Files:
    given = {"package.json": MANIFEST, "index.js": QUIET, "setup.js": QUIET, "lib/deep.js": QUIET}
    named = {"index": "index.js", "setup": "setup.js", "deep": "lib/deep.js"}
    return Files(given | {named[name]: text for name, text in files.items()})


def judged(*sides: Files, **settings: Any) -> list[Judged]:
    return diff.changes(
        [Pair(old=None, new=side, root=f"p{n}") for n, side in enumerate(sides)], diff.Settings(**settings)
    )


def told(one: Judged) -> list[str]:
    return [finding.evidence[0].location.path for finding in one.findings if finding.severity >= Severity.HIGH]


def test_what_does_not_fit_is_a_loss_in_the_ledger_that_says_what_to_do() -> None:
    (all_,) = judged(tree(deep=HIDES))
    assert told(all_) == ["lib/deep.js"]
    assert all_.problems == ()
    (none,) = judged(tree(deep=HIDES), whole_limit=0)
    assert told(none) == []
    (problem,) = none.problems
    assert not problem.harmless
    assert "1 packages" in problem.what
    assert problem.hint is not None
    assert "--pristine" in problem.hint
    assert "--code-limit" in problem.hint


def test_what_runs_unasked_is_judged_whatever_the_limit() -> None:
    (found,) = judged(tree(setup=HIDES, deep=HIDES), whole_limit=0)
    assert told(found) == ["setup.js"]


def test_the_limit_is_of_all_packages_together_and_the_first_come_first() -> None:
    first, second = judged(tree(deep=HIDES), tree(deep=HIDES), whole_limit=len(HIDES))
    assert told(first) == ["lib/deep.js"]
    assert told(second) == []


def test_the_second_time_nothing_is_asked_and_the_same_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sides = tree(deep=HIDES), tree(index="\u200b" * 9), tree()
    before = judged(*sides, kept=Cache(tmp_path, os.environ))
    monkeypatch.setattr(engine, "run", lambda *_, **__: pytest.fail("the engine was asked again"))
    assert judged(*sides, kept=Cache(tmp_path, os.environ)) == before
    assert told(before[0]) == ["lib/deep.js"]


def test_another_byte_is_another_package(tmp_path: Path) -> None:
    judged(tree(), kept=Cache(tmp_path, os.environ))
    (after,) = judged(tree(deep=HIDES), kept=Cache(tmp_path, os.environ))
    assert told(after) == ["lib/deep.js"]


@pytest.mark.parametrize("data", [b"", b"\x92\x91", b"\xff" * 40])
def test_a_broken_entry_is_judged_anew(tmp_path: Path, data: bytes) -> None:
    before = judged(tree(deep=HIDES), kept=Cache(tmp_path, os.environ))
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    entry.write_bytes(data)
    assert judged(tree(deep=HIDES), kept=Cache(tmp_path, os.environ)) == before
    assert entry.read_bytes() != data


def test_what_was_not_judged_completely_is_not_kept(tmp_path: Path) -> None:
    nowhere = {"PRATIQUE_SEMGREP": str(tmp_path / "none")}
    judged(tree(deep=HIDES), kept=Cache(tmp_path / "cache", os.environ), environ=nowhere)
    judged(tree(), tree(deep=HIDES), kept=Cache(tmp_path / "cache", os.environ), whole_limit=0)
    (_, after) = judged(tree(), tree(deep=HIDES), kept=Cache(tmp_path / "cache", os.environ))
    assert told(after) == ["lib/deep.js"]


def test_others_must_not_write_into_the_cache(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    judged(tree(), kept=Cache(tmp_path, os.environ))
    assert list(tmp_path.iterdir()) == []
