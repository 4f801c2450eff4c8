"""What a package says of itself, and says otherwise than before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.errors import InputError
from scanner.model.signal import Confidence, Novelty, Provenance, Signal
from scanner.shape import encoding, json_text

_DEPENDENCIES = ("dependencies", "optionalDependencies", "peerDependencies", "bundledDependencies")
_FIELDS = ("repository", "homepage", "author", "maintainers", "publishConfig")
_HEADER = re.compile(
    r"^(Home-page|Author|Author-email|Maintainer|Maintainer-email|Project-URL|Requires-Dist): *(.*)$", re.M
)
_NUMBERS = re.compile(r"\d+")


def check(context: Context) -> Iterator[Signal]:
    """Dependencies, addresses, people and versions in npm and Python metadata."""
    for change in context.changes(Kind.CHANGED):
        name = change.path.rpartition("/")[2]
        if name == "package.json":
            yield from _npm(context, change)
        elif name in ("METADATA", "PKG-INFO"):
            yield from _python(context, change)


def _npm(context: Context, change: Change) -> Iterator[Signal]:
    before, after = _object(context.old_data(change), change.path), _object(context.data(change), change.path)
    for kind in _DEPENDENCIES:
        old, new = before.get(kind), after.get(kind)
        for dependency in sorted(set(_names(new)) - set(_names(old))):
            wanted = new.get(dependency) if isinstance(new, dict) else ""
            yield _signal(context, change, "new-dependency", Provenance.NEW_DEPENDENCY, Confidence.MEDIUM,
                          f"a new dependency, {dependency} {wanted}".rstrip(), f'"{dependency}"')  # fmt: skip
    for field in _FIELDS:
        if field in before and after.get(field) != before[field]:
            said = f"{field} was {_short(before[field])} and is {_short(after.get(field))}"
            yield _signal(context, change, "changed-origin", Provenance.MOVED_PIN, Confidence.LOW, said, f'"{field}"')
    old_version, new_version = before.get("version"), after.get("version")
    if isinstance(old_version, str) and isinstance(new_version, str) and _older(new_version, old_version):
        yield _signal(context, change, "older-version", Provenance.OLDER_VERSION, Confidence.MEDIUM,
                      f"version {new_version} comes after {old_version}", '"version"')  # fmt: skip


def _python(context: Context, change: Change) -> Iterator[Signal]:
    old = set(_HEADER.findall(context.old_text(change)))
    for field, value in _HEADER.findall(encoding.lenient_text(context.data(change))):
        if (field, value) in old:
            continue
        if field == "Requires-Dist":
            name = re.split(r"[\s\[(<>=!~;]", value, maxsplit=1)[0]
            known = {re.split(r"[\s\[(<>=!~;]", text, maxsplit=1)[0] for key, text in old if key == field}
            if name not in known:
                yield _signal(context, change, "new-dependency", Provenance.NEW_DEPENDENCY, Confidence.MEDIUM,
                              f"a new dependency, {value[:200]}", value)  # fmt: skip
        else:
            yield _signal(context, change, "changed-origin", Provenance.MOVED_PIN, Confidence.LOW,
                          f"{field} is {value[:200]} now", value)  # fmt: skip


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, dict | list) else []


def _older(new: str, old: str) -> bool:
    """Whether the leading numbers of a version are less: enough to notice a step back, whatever the ecosystem."""
    return [int(part[:18]) for part in _NUMBERS.findall(new)[:3]] < [
        int(part[:18]) for part in _NUMBERS.findall(old)[:3]
    ]


def _object(data: bytes | None, where: str) -> dict[str, Any]:
    try:
        value = json_text.value(data, where=where) if data else {}
    except InputError:
        return {}
    return value if isinstance(value, dict) else {}


def _short(value: object) -> str:
    return str(value)[:120]


def _signal(
    context: Context, change: Change, rule: str, says: Provenance, confidence: Confidence, message: str, needle: str
) -> Signal:
    line = next((number for number, text in context.fresh(change).items() if needle in text), None)
    return Signal(
        rule=rule, says=says, confidence=confidence, novelty=Novelty.FILE, path=change.path, line=line,
        message=message, old_path=change.old_path,
    )  # fmt: skip
