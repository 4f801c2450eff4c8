"""The real rule engine, on files that try to slip through."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec
import pytest

from scanner.codescan import capabilities, engine, review, rules
from scanner.codescan.anchors import Anchors
from scanner.codescan.context import Context
from scanner.codescan.engine import Answer, Hit, Staged
from scanner.codescan.pairing import pair
from scanner.codescan.rules import CodeRule
from scanner.errors import EngineError, InputError
from scanner.model.component import Problem
from scanner.model.signal import Novelty, Signal
from tests.codescan.trees import Files
from tests.conftest import ROOT

FOLDER = ROOT / "rules" / "code"
ALL = [rule for rule in rules.load(FOLDER) if isinstance(rule, CodeRule)]
PROCESS = next(rule for rule in ALL if rule.id == "js-child-process")
CALL = 'require("child_process")'


@pytest.fixture(scope="session")
def semgrep() -> Path:
    try:
        return engine.find(os.environ)
    except EngineError as error:
        pytest.skip(f"{error}: rules are not run")


def hits(semgrep: Path, path: str, text: str | bytes, *chosen: CodeRule) -> tuple[Hit, ...]:
    from scanner.codescan.languages import ending

    data = text.encode() if isinstance(text, str) else text
    answer = engine.run([Staged("f", data, ending(path, data))], chosen or (PROCESS,), semgrep=semgrep)
    assert [problem for problem in answer.problems if not problem.harmless] == []
    return answer.hits


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("node_modules/a/vendor/test/a.test.js", f"{CALL}\n"),
        ("a.min.js", f"{CALL}\n"),
        ("a.mts", f"{CALL}\n"),
        ("a.d.ts", f"{CALL}\n"),
        ("a.js", f"{CALL} // nosem\n"),
        ("a.js", f"// nosemgrep: js-child-process\n{CALL}\n"),
        ("bin/tool", f"#!/usr/bin/env node\n{CALL}\n"),
        ("a.js", f"{CALL}\nvar broken = {{{{ ;\n"),
        ("big.js", f"{CALL}\n" + f"// {'filler ' * 40}\n" * 5_000),
    ],
)
def test_nothing_in_the_tree_keeps_it_from_looking(semgrep: Path, path: str, text: str) -> None:
    assert {hit.rule for hit in hits(semgrep, path, text)} == {"js-child-process"}


def test_bytes_that_are_no_utf8_lose_nothing(semgrep: Path) -> None:
    assert hits(semgrep, "a.js", b"// \xff\xfe\xe9\n" + CALL.encode() + b"\n")


def test_a_rule_over_shell_text_is_run_on_shell_alone(semgrep: Path) -> None:
    (rule,) = (rule for rule in ALL if rule.id == "sh-remote-script")
    both, data = frozenset([rule.id, PROCESS.id]), b"curl -s https://get.invalid/a | sh\n"
    files = [
        Staged("a.sh", data, ".sh", frozenset([rule.id])),
        Staged("a.js", data, ".js", both),
        Staged("b.js", CALL.encode(), ".js", both),
    ]
    answer = engine.run(files, (rule, PROCESS), semgrep=semgrep)
    assert {(hit.key, hit.rule) for hit in answer.hits} == {("a.sh", rule.id), ("b.js", PROCESS.id)}


@pytest.fixture(scope="session")
def sampled(semgrep: Path) -> Mapping[tuple[str, str], frozenset[int]]:
    """(sample, rule) → lines that matched."""
    return review.matched(FOLDER, ALL, semgrep)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_every_rule_catches_and_spares_its_sample(
    sampled: Mapping[tuple[str, str], frozenset[int]], rule: CodeRule
) -> None:
    samples = review.samples(FOLDER, rule)
    assert samples, "a rule has a sample beside it"
    for sample in samples:
        marked = review.marked(sample.read_bytes(), rule)
        assert marked.caught
        assert marked.spared
        assert sampled[sample.name, rule.id] == marked.caught
        assert Anchors([rule]).of(sample.read_bytes()), "the filter must not lose the sample"
        assert rule.is_met((sample.read_bytes(),)), "nor must what the rule needs"


def test_what_a_rule_needs_may_stand_in_any_reading_and_all_of_it_must() -> None:
    rule = msgspec.structs.replace(PROCESS, needs=(re.compile(rb"child_process"), re.compile(rb"\brequire\b")))
    assert rule.is_met((b"require('child_' + 'process')", b"'child_process'"))
    assert not rule.is_met((b"require('child_' + 'process')",))
    assert not rule.is_met((b"'child_process'", b"requires"))


def test_a_need_that_is_no_regular_expression_is_refused() -> None:
    (path,) = FOLDER.glob("*/py-exec-unseen.yaml")
    broken = re.sub(rb"needs: \[.*\]", b"needs: ['(']", path.read_bytes())
    with pytest.raises(InputError, match="needs"):
        rules.parse(broken, where="a.yaml", name=path.stem, technique=path.parent.name)


def test_code_on_two_sides_of_a_joint_meets_what_a_rule_needs(semgrep: Path) -> None:
    (rule,) = (rule for rule in ALL if rule.id == "py-exec-detour")
    assert rule.needs
    before, after = Files({}), Files({"a.py": "run = getattr(builtins, 'ex' + 'ec')\n"})
    context = Context(before, after, pair(before, after))
    told = capabilities.signals(context, [rule], partial(engine.run, semgrep=semgrep))
    assert [signal.line for signal in told] == [1]


def test_every_rule_file_can_be_read() -> None:
    assert [item for item in rules.load(FOLDER) if isinstance(item, Problem)] == []


def signals(semgrep: Path, old: dict[str, str], new: dict[str, str]) -> list[Signal]:
    before, after = Files(old), Files(new)
    context = Context(before, after, pair(before, after))
    return list(capabilities.signals(context, [PROCESS], partial(engine.run, semgrep=semgrep)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a.js": "1;\n"}, {"a.js": f"1;\n{CALL}\n"}, [("a.js", 2, Novelty.PACKAGE)]),
        (
            {"a.js": "1;\n", "b.js": f"{CALL}\n"},
            {"a.js": f"1;\n{CALL}.x;\n", "b.js": f"{CALL}\n"},
            [("a.js", 2, Novelty.FILE)],
        ),
        ({"a.js": f"{CALL}\n"}, {"a.js": f"{CALL}\nrun({CALL});\n"}, [("a.js", 2, Novelty.LINE)]),
        ({"a.js": f"{CALL}\n"}, {"b.js": f"{CALL}\n"}, []),
        ({"a.js": f"if (x) {{\n{CALL}\n}}\n"}, {"a.js": f"if (y) {{\n    {CALL}\n}}\n"}, []),
    ],
)
def test_only_what_is_new_counts(
    semgrep: Path, old: dict[str, str], new: dict[str, str], expected: list[tuple[str, int, Novelty]]
) -> None:
    assert [(one.path, one.line, one.novelty) for one in signals(semgrep, old, new)] == expected


def test_without_semgrep_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(EngineError, match=r"pratique\[code\]"):
        engine.find({"PATH": f"relative:{tmp_path}"})


def test_an_engine_that_dies_or_lies_is_an_error(tmp_path: Path) -> None:
    liar = tmp_path / "semgrep"
    liar.write_text("#!/bin/sh\necho '{}'\n")
    liar.chmod(0o755)
    with pytest.raises(EngineError):
        engine.run([Staged("a", b"x", ".js")], [PROCESS], semgrep=liar)


def test_a_file_that_it_did_not_scan_is_a_problem(tmp_path: Path) -> None:
    silent = tmp_path / "semgrep"
    silent.write_text('#!/bin/sh\necho \'{"results": [], "errors": [], "paths": {"scanned": []}}\'\n')
    silent.chmod(0o755)
    answer: Answer = engine.run([Staged("a.js", b"x", ".js")], [PROCESS], semgrep=silent)
    assert [problem.where for problem in answer.problems] == ["a.js"]
