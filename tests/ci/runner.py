"""A runner of GitHub Actions, as far as `action.yml` needs one: its steps run as shell, with the runner's environment.

Steps that use other actions (the cache) are left out; conditions and `${{ }}` are worked out from what the steps before
wrote to GITHUB_OUTPUT.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.conftest import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")
_WORD = re.compile(r"'[^']*'|[a-z][\w.-]*|&&|\|\||==|!=|[()]")
_SPELLED = {"&&": "and", "||": "or"}


class Job(NamedTuple):
    """How the steps ended."""

    ran: list[str]
    status: int
    """Of the last step, or of the first that failed."""
    log: str
    summary: str
    outputs: dict[str, dict[str, str]]

    @property
    def scan(self) -> dict[str, str]:
        return self.outputs["scan"]


class Runner:
    """One machine with a checkout, and pratique where the first step puts it."""

    def __init__(
        self, folder: Path, workspace: Path, intel: Path, pratique: Callable[[Path], None] | None = None
    ) -> None:
        """`pratique`: makes the command; else it is a new Python."""
        self.temp = folder / "temp"
        self.workspace = workspace
        self.intel = intel
        binaries = self.temp / "pratique" / "bin"
        binaries.mkdir(parents=True)
        _script(binaries / "python", f'exec "{sys.executable}" "$@"')
        if pratique is None:
            _script(binaries / "pratique", f'exec "{sys.executable}" -I -m scanner.cli "$@"')
        else:
            pratique(binaries / "pratique")

    def __call__(
        self,
        event: str,
        payload: Mapping[str, Any],
        *,
        environ: Mapping[str, str] | None = None,
        skip: tuple[str, ...] = ("Install pratique",),
        **inputs: str,
    ) -> Job:
        """Run the action with these inputs (`fail_on` is `fail-on`)."""
        given = {name: spec["default"] for name, spec in ACTION["inputs"].items()}
        given |= {"intel-dir": str(self.intel), "token": "t0ken"}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        path = self.temp / "event.json"
        path.write_text(json.dumps(payload))
        known = {f"inputs.{name}": value for name, value in given.items()}
        known |= {"runner.temp": str(self.temp), "github.event_name": event}
        job = Job([], 0, "", "", {})
        for step in ACTION["runs"]["steps"]:
            if "run" not in step or step["name"] in skip or not _true(step.get("if", "'yes' != ''"), known):
                continue
            outputs, summary = self.temp / "output", self.temp / "summary"
            outputs.write_text("")
            summary.write_text("")
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
                cwd=self.workspace,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self.temp),
                    "LANG": "C.UTF-8",
                    "GITHUB_ACTIONS": "true",
                    "GITHUB_ACTION_PATH": str(ROOT),
                    "GITHUB_EVENT_NAME": event,
                    "GITHUB_EVENT_PATH": str(path),
                    "GITHUB_OUTPUT": str(outputs),
                    "GITHUB_STEP_SUMMARY": str(summary),
                    "GITHUB_WORKSPACE": str(self.workspace),
                    "RUNNER_TEMP": str(self.temp),
                    **{name: _filled(value, known) for name, value in step["env"].items()},
                    **(environ or {}),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
            )
            wrote = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
            if "id" in step:
                job.outputs[step["id"]] = wrote
                known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in wrote.items()}
            job.ran.append(step["name"])
            job = job._replace(
                status=done.returncode,
                log=job.log + done.stdout + done.stderr,
                summary=job.summary + summary.read_text(),
            )
            if done.returncode:
                break
        return job


def _filled(text: str, known: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: known.get(found[1], ""), text)


def _true(condition: str, known: Mapping[str, str]) -> bool:
    """Whether a condition of `action.yml` holds: comparisons of names and texts, with `&&`, `||` and brackets."""
    words = _WORD.findall(condition)
    assert "".join(words) == condition.replace(" ", ""), condition
    spelled = (_SPELLED.get(w, repr(known.get(w, "")) if w[0].isalpha() else w) for w in words)
    return bool(eval(" ".join(spelled), {"__builtins__": {}}))


def _script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
