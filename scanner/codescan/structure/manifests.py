"""Did a manifest of a Rust, Ruby, PHP, Java or .NET package gain something that a tool runs unasked?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.codescan import package_manifests
from scanner.codescan.context import Context
from scanner.codescan.package_manifests import Hook
from scanner.codescan.pairing import Change, Kind
from scanner.model.signal import Confidence, Novelty, Signal, Trigger

_GO_INIT = re.compile(r"^func\s+init\s*\(\s*\)")
_FILES: Mapping[str, tuple[Trigger, str]] = {
    "rubygems_plugin.rb": (Trigger.INSTALL, "every run of gem loads rubygems_plugin.rb"),
    "init.gradle": (Trigger.BUILD, "Gradle runs init.gradle before every build"),
    "extensions.xml": (Trigger.BUILD, "Maven loads what .mvn/extensions.xml names into every build"),
}
_ENDINGS = (".targets", ".props")
_OF_BUILDS = re.compile(r"(?:^|/)(?:build|buildTransitive|buildMultiTargeting)/(?:[^/]+/)?[^/]+\Z")


def check(context: Context) -> Iterator[Signal]:
    """Build scripts, macros, extensions, plugins and providers that are new, and `init` functions of Go."""
    for change in context.changes(Kind.ADDED, Kind.CHANGED, Kind.MOVED):
        name = change.path.rpartition("/")[2]
        old = context.old_data(change)
        before = set() if old is None else {_same(hook) for hook in package_manifests.hooks(change.path, old)}
        for hook in package_manifests.hooks(change.path, context.data(change)):
            if _same(hook) not in before:
                yield _signal(context, change, "manifest-hook", hook)
        if name.endswith(".go") and not name.endswith("_test.go"):
            yield from _init(context, change)
        elif change.kind is Kind.ADDED and (found := _file(change.path, name)) is not None:
            yield _signal(context, change, "hook-file", Hook(found[0], name, found[1]))


def _same(hook: Hook) -> tuple[Trigger, str]:
    return hook.trigger, hook.named


def _file(path: str, name: str) -> tuple[Trigger, str] | None:
    if name.endswith(_ENDINGS) and _OF_BUILDS.search(path):
        return Trigger.BUILD, f"MSBuild reads {name} in every project that uses the package"
    if name == "extensions.xml" and not path.endswith(".mvn/extensions.xml"):
        return None
    return _FILES.get(name)


def _init(context: Context, change: Change) -> Iterator[Signal]:
    """Common in honest code: it tells nothing alone, but belongs to the story of what it runs."""
    for number, line in context.fresh(change).items():
        if _GO_INIT.match(line):
            hook = Hook(Trigger.IMPORT, line.strip(), "a function that Go runs before main", Confidence.LOW)
            yield _signal(context, change, "go-init", hook, number)


def _signal(context: Context, change: Change, rule: str, hook: Hook, line: int | None = None) -> Signal:
    if line is None:
        needle = re.split(r"[:\\]", hook.named)[-1]
        line = next((number for number, text in context.fresh(change).items() if needle in text), None)
    return Signal(
        rule=rule, says=hook.trigger, trigger=hook.trigger, confidence=hook.confidence,
        novelty=Novelty.FILE if change.kind is Kind.CHANGED else Novelty.PACKAGE, path=change.path, line=line,
        excerpt=hook.named[:300], message=f"{hook.named[:100]}: {hook.why}" if hook.named not in hook.why else hook.why,
        old_path=change.old_path,
    )  # fmt: skip
