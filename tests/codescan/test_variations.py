"""Attacks are told whatever their code is written like and wherever it was put.

A sample of the cases; `python -m benchmarks.recall` judges all of them. They share the runs of the engine, which is
what makes thirty of them cheap.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scanner.codescan import plain
from scanner.codescan.triggers import Triggers
from scanner.model.signal import Trigger
from scanner.pipeline.diff import Pair, Settings, changes
from tests.codescan.test_reenacted import semgrep
from tests.codescan.trees import Files
from tests.codescan.variations import cases
from tests.codescan.variations.cases import Case

__all__ = ["semgrep"]
_SEED, _SAMPLE, _ENOUGH = 4, 20, 0.9


def test_most_variations_are_told_for_the_right_reasons(semgrep: Path) -> None:
    known = list(cases.all_cases())
    assert len(known) >= 250
    sample = random.Random(_SEED).sample(known, _SAMPLE)
    missed = _missed(sample, semgrep)
    assert len(missed) <= _SAMPLE * (1 - _ENOUGH), missed


def test_a_check_of_reasons_can_fail(semgrep: Path) -> None:
    harmless = Case(cases.TECHNIQUES[0]._replace(payload="const two = 1 + 1;\n"), "plain", "main", "inline")
    assert list(_missed([harmless], semgrep)) == [harmless.id]


def _missed(chosen: list[Case], engine: Path) -> dict[str, str]:
    pairs = [Pair(old=old, new=new) for old, new in (case.sides() for case in chosen)]
    found = changes(pairs, Settings(environ={"PRATIQUE_SEMGREP": str(engine)}))
    why = {case.id: cases.missed(case, judged.findings) for case, judged in zip(chosen, found, strict=True)}
    return {id_: reason for id_, reason in why.items() if reason}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('require(atob("aHR0cHM="))', 'require("https")'),
        ("require(Buffer.from('6e6574', 'hex').toString())", "require('net')"),
        ("x = String.fromCharCode(104, 116, 116, 112)", 'x = "http"'),
        ('un([0x32, 0x2e, 0x2e, 0x2a, 0x60, 0x75, 0x75, 0x3b])', '"http://a"'),
        (r'require("\x63\x68\x69\x6c\x64_process")', 'require("child_process")'),
        ('__import__("base64").b64decode("c29ja2V0").decode()', '"socket"'),
        ('eval("cHV0cyAx".unpack1("m0"))', 'eval("puts 1")'),
        ('cu""rl -s x | ba\'\'sh', "curl -s x | bash"),
        ('plain(\n"aHR0cHM="\n)', '"https"\n\n'),
        ("require(String.fromCharCode(104, 116, 116, 112)).get()", 'require("http").get()'),
        ('$u = "htt" . "ps://a.inv" . "alid/" . $x;', '$u = "https://a.invalid/" . $x;'),
        ("require('child_' +\n  'process')", "require('child_process'\n)"),
        ('un([77, 35, 107, 72, 114, 62, 117, 82, 62, 85, 35, 62, 42, 78, 104, 39, 35, 110])', '"^0x[a-fA-F0-9]{40}"'),
    ],
)  # fmt: skip
def test_decoders_are_read_as_what_they_say(text: str, read: str) -> None:
    assert plain.reading(text) == read


@pytest.mark.parametrize(
    "text",
    [
        'check("password")',
        "rgb(16, 24, 1)",
        'name("axios")',
        "slice(33, 44)",
        "x = 1",
        'a = "https://a.invalid/" + "b"',
        "'a long ' + 'text'",
    ],
)
def test_what_says_nothing_is_left_alone(text: str) -> None:
    assert plain.reading(text) is None


def test_what_a_hook_loads_runs_with_it() -> None:
    tree = Files({
        "package.json": '{"main": "index.js", "bin": "bin/run.js", "scripts": {"install": "node scripts/setup.js"}}',
        "scripts/setup.js": 'require("./internal/detect");\nrequire("child_process").fork("worker.js");\n',
        "scripts/internal/detect.js": 'import "./probe";\n',
        "scripts/internal/probe.js": "", "scripts/internal/other.js": "", "scripts/worker.js": "", "bin/run.js": "",
        "index.js": 'module.exports = require("./lib/format");\n', "lib/format.js": "", "lib/unused.js": "",
        "Makefile": "release:\n\tsh ./release.sh\n", "release.sh": "",
    })  # fmt: skip
    triggers = Triggers(tree)
    loaded = {path: triggers.of(path) for path in tree.entries if path.endswith((".js", ".sh"))}
    assert loaded == {
        "scripts/setup.js": Trigger.INSTALL, "scripts/internal/detect.js": Trigger.INSTALL,
        "scripts/internal/probe.js": Trigger.INSTALL, "scripts/worker.js": Trigger.INSTALL,
        "index.js": Trigger.IMPORT, "lib/format.js": Trigger.IMPORT,
        "scripts/internal/other.js": Trigger.RUN, "bin/run.js": Trigger.RUN, "lib/unused.js": Trigger.RUN,
        "release.sh": Trigger.RUN,
    }  # fmt: skip
