"""Did it gain, or change, something that runs before anybody calls it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.codescan.triggers import COMPOSER, LIFECYCLE
from scanner.errors import InputError
from scanner.model.signal import Confidence, Novelty, Signal, Trigger
from scanner.shape import json_text, toml_text

# Files whose mere appearance is a hook: name → when it runs, and what to say.
_FILES: Mapping[str, tuple[Trigger, str]] = {
    "binding.gyp": (Trigger.INSTALL, "npm compiles a package that has a binding.gyp, though no script says so"),
    "sitecustomize.py": (Trigger.IMPORT, "Python runs sitecustomize.py at every start"),
    "usercustomize.py": (Trigger.IMPORT, "Python runs usercustomize.py at every start"),
    "build.rs": (Trigger.BUILD, "cargo runs build.rs before it compiles"),
    "extconf.rb": (Trigger.INSTALL, "gem runs extconf.rb when it installs"),
    "setup.py": (Trigger.INSTALL, "pip runs setup.py when it builds the package"),
    "install.ps1": (Trigger.INSTALL, "NuGet runs install.ps1"),
    "init.ps1": (Trigger.INSTALL, "NuGet runs init.ps1 when a solution is opened"),
}


def check(context: Context) -> Iterator[Signal]:
    """Lifecycle scripts, start-up files, build backends and the like that are new or say something new."""
    for change in context.changes(Kind.ADDED, Kind.CHANGED, Kind.MOVED):
        name = change.path.rpartition("/")[2].lower()
        if name == "package.json":
            yield from _scripts(context, change, "npm", LIFECYCLE)
        elif name == "composer.json":
            yield from _scripts(context, change, "Composer", tuple(COMPOSER))
        elif name == "pyproject.toml":
            yield from _backend(context, change)
        elif name.endswith(".pth"):
            yield from _start_up_lines(context, change)
        elif name in _FILES and change.kind is Kind.ADDED:
            trigger, why = _FILES[name]
            yield _signal(context, change, trigger, "hook-file", why, excerpt=name)


def _scripts(context: Context, change: Change, tool: str, keys: tuple[str, ...]) -> Iterator[Signal]:
    before, after = _object(context.old_data(change), change.path), _object(context.data(change), change.path)
    old, new = _mapping(before.get("scripts")), _mapping(after.get("scripts"))
    for key in keys:
        if key in new and new[key] != old.get(key):
            verb = "changed" if key in old else "new"
            yield _signal(
                context, change, Trigger.INSTALL, "lifecycle-script",
                f"{verb} script {key!r}, which {tool} runs on install", excerpt=f"{key}: {new[key]}",
                needle=f'"{key}"', novelty=Novelty.FILE if key in old else Novelty.PACKAGE,
            )  # fmt: skip


def _backend(context: Context, change: Change) -> Iterator[Signal]:
    before, after = (
        _build_system(context.old_data(change), change.path),
        _build_system(context.data(change), change.path),
    )
    for key in ("build-backend", "backend-path"):
        if key in after and after[key] != before.get(key) and (before or key == "backend-path"):
            yield _signal(
                context, change, Trigger.INSTALL, "build-backend",
                f"{key} is {after[key]!r} now: pip runs it to build the package", excerpt=f"{key} = {after[key]!r}",
                needle=key,
            )  # fmt: skip


def _start_up_lines(context: Context, change: Change) -> Iterator[Signal]:
    """Python executes the lines of a .pth file that begin with `import`. https://docs.python.org/3/library/site.html"""
    for number, line in context.fresh(change).items():
        if line.lstrip("\ufeff").startswith(("import ", "import\t")):
            yield Signal(
                rule="pth-import", says=Trigger.IMPORT, trigger=Trigger.IMPORT, confidence=Confidence.HIGH,
                novelty=Novelty.PACKAGE if change.kind is Kind.ADDED else Novelty.FILE, path=change.path, line=number,
                excerpt=line[:300], message="a .pth file with a line of code, which Python runs at every start",
                old_path=change.old_path,
            )  # fmt: skip


def _signal(
    context: Context,
    change: Change,
    trigger: Trigger,
    rule: str,
    message: str,
    *,
    excerpt: str,
    needle: str = "",
    novelty: Novelty | None = None,
) -> Signal:
    line = next((number for number, text in context.fresh(change).items() if needle and needle in text), None)
    return Signal(
        rule=rule,
        says=trigger,
        trigger=trigger,
        confidence=Confidence.HIGH,
        novelty=novelty or (Novelty.FILE if change.kind is Kind.CHANGED else Novelty.PACKAGE),
        path=change.path,
        line=line,
        excerpt=excerpt[:300],
        message=message,
        old_path=change.old_path,
    )


def _object(data: bytes | None, where: str) -> dict[str, Any]:
    """A JSON object, or nothing: that it cannot be read is its parser's to say."""
    try:
        value = json_text.value(data, where=where) if data else {}
    except InputError:
        return {}
    return _mapping(value)


def _build_system(data: bytes | None, where: str) -> dict[str, Any]:
    try:
        return _mapping(toml_text.value(data, where=where).get("build-system")) if data else {}
    except InputError:
        return {}


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
