"""semgrep as a process: given files and rules, it says which rule matches on which line, and nothing gets lost.

Each of its traps was reproduced (docs/code-scanning.md). The files are staged under neutral names in an empty folder
outside any repository; configuration, ignore files and skip comments of the scanned tree never reach it; it runs with
an empty home, no network use and no metrics; what it says that it scanned is compared with what it was given.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from scanner.codescan.rules import CodeRule
from scanner.errors import EngineError
from scanner.model.component import Problem

_TIMEOUT = 30
_RETRY = 120
_WHOLE = 3_600
"""Seconds for one rule on one file, for the second try alone, and for a whole run."""
_MEMORY = 4_000
_OPTIONS = (
    "scan", "--experimental", "--json", "--quiet", "--metrics", "off", "--disable-version-check", "--disable-nosem",
    "--no-git-ignore", "--x-ignore-semgrepignore-files", "--max-target-bytes", "0", "--timeout-threshold", "0",
    "--max-memory", str(_MEMORY), "--jobs", "1",
)  # fmt: skip


class Staged(msgspec.Struct, frozen=True):
    """One file for the engine."""

    key: str
    """Names it in the answer."""
    data: bytes
    ending: str
    rules: frozenset[str] | None = None
    """Ids of the rules that can match it; `None` where nothing is known. Most rules have nothing to look for in most
    files: without this a bundle costs as much as all rules together."""


class Hit(msgspec.Struct, frozen=True, order=True):
    """A rule that matched."""

    key: str
    line: int
    end_line: int
    rule: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine said, and what it could not."""

    hits: tuple[Hit, ...]
    problems: tuple[Problem, ...]


def find(environ: Mapping[str, str]) -> Path:
    """The semgrep that is ours: named by PRATIQUE_SEMGREP, beside our interpreter, or on the path of the user.

    Raises `EngineError` where there is none.
    """
    chosen = environ.get("PRATIQUE_SEMGREP")
    # Relative folders of PATH are the scanned tree's as soon as somebody stands in it.
    folders = [folder for folder in environ.get("PATH", "").split(os.pathsep) if folder.startswith("/")]
    found = chosen or shutil.which("semgrep", path=os.pathsep.join((str(Path(sys.executable).parent), *folders)))
    if found is None:
        raise EngineError(
            "semgrep is not installed: what code can do was not judged", hint="pip install 'pratique[code]'"
        )
    return Path(found)


def run(files: Sequence[Staged], rules: Iterable[CodeRule], *, semgrep: Path) -> Answer:
    """Run all rules over all files, in one process; a rule that timed out on a file is tried again alone.

    Raises `EngineError` when the engine fails as a whole.
    """
    chosen = list(rules)
    if not files or not chosen:
        return Answer(hits=(), problems=())
    with tempfile.TemporaryDirectory(prefix="pratique-code-") as name:
        scratch = Path(name)
        staged = _stage(files, scratch / "files")
        config = scratch / "rules.json"
        config.write_text(json.dumps({"rules": list(_confined(files, chosen))}), encoding="utf-8")
        body = _call(semgrep, config, list(staged), scratch, timeout=_TIMEOUT)
        hits = set(_hits(body, staged))
        problems = [*_unscanned(body, staged)]
        for late in _timed_out(body, staged):
            again = _call(semgrep, config, [late], scratch, timeout=_RETRY)
            hits |= set(_hits(again, staged))
            if late in _timed_out(again, staged):
                problems.append(
                    Problem(
                        where=staged[late], what=f"a rule took longer than {_RETRY} s on it", hint="judge it by eye"
                    )
                )
        problems += _errors(body, staged)
    return Answer(hits=tuple(sorted(hits)), problems=tuple(dict.fromkeys(problems)))


def _groups(files: Sequence[Staged]) -> dict[frozenset[str] | None, str]:
    """Files for which the same rules are worth asking share the beginning of their names; a rule is confined by it."""
    return {rules: f"g{number}-" for number, rules in enumerate(dict.fromkeys(file.rules for file in files))}


def _confined(files: Sequence[Staged], rules: Sequence[CodeRule]) -> Iterable[dict[str, Any]]:
    groups = _groups(files)
    for rule in rules:
        chosen = [group for wanted, group in groups.items() if wanted is None or rule.id in wanted]
        if len(chosen) == len(groups):
            yield dict(rule.source)
        elif chosen:
            # The engine takes the folder of each file that it is given for the root of a project: only names count.
            names = [f"{group}*{ending}" for group in chosen for ending in sorted(rule.endings) or ("",)]
            yield {**rule.source, "paths": {"include": names}}


def _stage(files: Sequence[Staged], folder: Path) -> dict[str, str]:
    """Write the files; the answer says which staged path is whose."""
    groups = _groups(files)
    folder.mkdir()
    staged: dict[str, str] = {}
    for number, file in enumerate(files):
        path = folder / f"{groups[file.rules]}{number}{file.ending}"
        path.write_bytes(file.data)
        staged[str(path)] = file.key
    return staged


def _call(semgrep: Path, config: Path, paths: Sequence[str], scratch: Path, *, timeout: int) -> dict[str, Any]:
    home = scratch / "home"
    home.mkdir(exist_ok=True)
    environ = {
        "HOME": str(home),
        "PATH": f"{semgrep.parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "LANG": "C.UTF-8",
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "SEMGREP_SETTINGS_FILE": str(home / "settings.yml"),
        # Parsing makes much that lives for a moment: with room for it the engine takes a quarter less, for 60 MB more.
        "OCAMLRUNPARAM": "s=4M",
    }
    command = [str(semgrep), *_OPTIONS, "--timeout", str(timeout), "--config", str(config), "--", *paths]
    try:
        done = subprocess.run(  # noqa: S603  # our own semgrep on our own staged files
            command, cwd=home, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=_WHOLE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"semgrep failed: {error}", where=semgrep) from error
    try:
        # Its JSON may quote bytes of the scanned files as they are.
        body = json.loads(done.stdout.decode("utf-8", "replace"))
    except ValueError as error:
        said = done.stderr.decode("utf-8", "replace").strip()[-500:]
        raise EngineError(f"semgrep ended with {done.returncode} and no answer: {said}", where=semgrep) from error
    if not isinstance(body, dict) or "results" not in body:
        raise EngineError("semgrep's answer is not of the shape that we know", where=semgrep)
    return body


def _hits(body: Mapping[str, Any], staged: Mapping[str, str]) -> Iterable[Hit]:
    for result in body["results"]:
        key = staged.get(result["path"])
        if key is not None:
            # The engine puts the folder of the rules before their ids.
            rule = str(result["check_id"]).rpartition(".")[2]
            yield Hit(key, int(result["start"]["line"]), int(result["end"]["line"]), rule)


def _unscanned(body: Mapping[str, Any], staged: Mapping[str, str]) -> Iterable[Problem]:
    scanned = set(body.get("paths", {}).get("scanned", ()))
    for path, key in staged.items():
        if path not in scanned:
            yield Problem(where=key, what="the rule engine did not scan it")


def _timed_out(body: Mapping[str, Any], staged: Mapping[str, str]) -> list[str]:
    paths = (error.get("path") for error in body.get("errors", ()) if "timeout" in str(error.get("type")).lower())
    return [path for path in dict.fromkeys(paths) if path in staged]


def _errors(body: Mapping[str, Any], staged: Mapping[str, str]) -> Iterable[Problem]:
    """Errors about rules are ours and must not pass; a file that is only partly parsed is still scanned by the rest."""
    for error in body.get("errors", ()):
        said, path = error.get("type"), error.get("path")
        kind = str(said[0] if isinstance(said, list) and said else said)
        if "timeout" in kind.lower():
            continue
        if path in staged and kind == "PartialParsing":
            yield Problem(where=staged[path], what="parts of it could not be parsed: only rules over text saw these",
                          harmless=True)  # fmt: skip
        elif path in staged:
            yield Problem(where=staged[path], what=f"the rule engine: {kind[:80]}")
        else:
            raise EngineError(f"semgrep refuses a rule: {str(error.get('message'))[:300]}")
