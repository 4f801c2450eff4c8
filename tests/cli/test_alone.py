"""Every command as a new Python that has imported nothing before: the other tests here fork theirs (tests/warm.py)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pytest

from tests.cli.conftest import command
from tests.cli.test_usage import COMMANDS
from tests.conftest import ROOT

SBOM = "sbom_examples/webshop.cdx.json"
# Command → further words, and how it ends. `{}` is a folder with a list, a policy, knowledge, and a fleet of nobody.
STARTED = {
    "hunt": ("{}/list.txt {}/new", 3), "policy check": ("{}/pratique.toml", 0),
    "policy explain": (f"axios-of-nobody {SBOM}", 2),
    "intel attack": ("{}/nowhere", 3), "intel campaigns": ("--actor lazarus", 0),
    "intel explain": ("pkg:npm/axios@1.14.1", 0), "intel export": ("{}/bundle.tgz", 3),
    "intel import": ("{}/list.txt --as-campaign mine", 0), "intel remove": ("nobody", 2),
    "intel search": ("axios", 0), "intel show": ("axios-unc1069-2026-03", 0), "intel sync": ("--from {}/nowhere", 2),
    "intel withdraw": ("--list", 0),
    "fleet assign": ("nobody --all", 2), "fleet audit-log": ("", 0), "fleet decide": ("", 2),
    "fleet finding": ("0", 2), "fleet findings": ("--format sarif", 0), "fleet history": ("1", 2),
    "fleet hunt": ("{}/list.txt", 0), "fleet keep": ("--days 9", 0), "fleet list": ("", 0), "fleet notify": ("", 2),
    "fleet refresh": ("", 0), "fleet rematch": ("", 0), "fleet remove": ("1", 2), "fleet status": ("", 0),
    "fleet token add": ("ann --role admin", 0), "fleet token list": ("", 0), "fleet token revoke": ("ann", 2),
    "fleet vacuum": ("", 0), "fleet who": ("axios", 0),
}  # fmt: skip
ELSEWHERE = {
    "tests/cli/test_imports.py": ("scan", "inventory", "audit", "diff-sbom", "intel status"),
    "tests/cli/test_fleet.py": ("fleet add", "fleet scan"),
    "tests/cli/test_rules.py": ("rules check",),
    "tests/registries/test_command.py": ("diff",),
    "tests/web/test_process.py": ("fleet serve",),
    "tests/fleet/test_workers.py": ("fleet worker",),
}
"""Where the others are started so."""


@pytest.mark.parametrize("words", STARTED)
def test_it_starts(words: str, world: Mapping[str, str], tmp_path: Path, compiled: Path) -> None:
    for name, text in (("list.txt", "pkg:npm/bad@1.0.0\n"), ("pratique.toml", ""), ("new/a.js", "2\n")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / "intel").mkdir()
    shutil.copy(compiled, tmp_path / "intel")
    environ = {
        **world,
        "PRATIQUE_INTEL_DIR": str(tmp_path / "intel"),
        "PRATIQUE_FLEET": str(tmp_path / "fleet.sqlite"),
        "PRATIQUE_SEMGREP": "/nowhere",
    }
    more, status = STARTED[words]
    ended = subprocess.run(
        command(*words.split(), *more.replace("{}", str(tmp_path)).split()),
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == status, ended
    assert "Traceback" not in ended.stderr


def test_none_is_forgotten() -> None:
    paths = {context.command_path.removeprefix("pratique").strip() for context in COMMANDS}
    groups = {path for path in paths if any(other.startswith(f"{path} ".lstrip()) for other in paths - {path})}
    assert paths - groups == STARTED.keys() | set(chain.from_iterable(ELSEWHERE.values()))
