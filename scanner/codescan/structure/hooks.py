"""Did it gain, or change, something that runs before anybody calls it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.codescan.context import Context
from scanner.codescan.hook_places import COMPOSER, LIFECYCLE
from scanner.codescan.pairing import Change, Kind
from scanner.codescan.python_manifests import build_system, plugins
from scanner.errors import InputError
from scanner.model.signal import Confidence, Novelty, Signal, Trigger
from scanner.shape import encoding, json_text

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
_COMMANDS = re.compile(r"\bcmdclass\b|[\"'](?:install|develop|egg_info|build_py|build|sdist)[\"']\s*:\s*\w+")


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
        elif name == "entry_points.txt":
            yield from _plugins(context, change)
        elif name == "setup.py" and change.kind is Kind.CHANGED:
            yield from _commands(context, change)
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
        build_system(context.old_data(change), change.path),
        build_system(context.data(change), change.path),
    )
    for key in ("build-backend", "backend-path"):
        # Another published backend is a matter of taste; one that the package brings along is code of its own.
        own = "backend-path" in after
        if key in after and after[key] != before.get(key) and (before or own):
            yield _signal(
                context, change, Trigger.INSTALL, "build-backend",
                f"{key} is {after[key]!r} now: pip runs it to build the package", excerpt=f"{key} = {after[key]!r}",
                needle=key, confidence=Confidence.HIGH if own else Confidence.LOW,
            )  # fmt: skip


def _commands(context: Context, change: Change) -> Iterator[Signal]:
    """A setup.py that puts its own code in the place of `install` and the like."""
    had = _COMMANDS.findall(context.old_text(change))
    for number, line in context.fresh(change).items():
        if (found := _COMMANDS.search(line)) and found[0] not in had:
            yield _signal(
                context, change, Trigger.INSTALL, "setup-command",
                "setup.py replaces a step of the installation by code of its own", excerpt=line.strip(), line=number,
            )  # fmt: skip


def _plugins(context: Context, change: Change) -> Iterator[Signal]:
    had, text = set(plugins(context.old_text(change))), encoding.lenient_text(context.data(change))
    for group, module in sorted(set(plugins(text)) - had):
        yield _signal(
            context, change, Trigger.BUILD, "plugin",
            f"a tool loads it unasked from now on, as a plugin of the group {group}", excerpt=module, needle=module,
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
    line: int | None = None,
    confidence: Confidence = Confidence.HIGH,
    novelty: Novelty | None = None,
) -> Signal:
    if line is None and needle:
        line = next((number for number, text in context.fresh(change).items() if needle in text), None)
    return Signal(
        rule=rule,
        says=trigger,
        trigger=trigger,
        confidence=confidence,
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


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
