"""The operator's file of notices: channels, routes, and how much is said.

It is never looked for in what is scanned. Secrets stand in environment variables or files that it names, and are read
when they are needed: one that is missing is that channel's failure, and stops no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from scanner.errors import InputError, UsageError
from scanner.fleet.notices.values import Kind
from scanner.model.finding import FindingClass, Severity
from scanner.shape import toml_text

KINDS = (Kind.COMPROMISE, Kind.VERDICT, Kind.SCAN, Kind.FEED)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_MOST_BYTES = 1024 * 1024
_MOST_SHOWN = 100
_LONGEST_SECRET = 64 * 1024


class Secret(msgspec.Struct, frozen=True):
    """Where a secret stands."""

    env: str | None
    file: str | None

    def value(self, environ: Mapping[str, str]) -> str:
        """Raises `UsageError` where it is not there."""
        if self.env is not None:
            found = environ.get(self.env, "").strip()
            if not found:
                raise UsageError(f"the environment variable {self.env} is not set")
            return found
        assert self.file is not None
        try:
            with Path(self.file).open(encoding="utf-8") as file:
                found = file.read(_LONGEST_SECRET).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("the file of the secret cannot be read", where=self.file) from error
        if not found:
            raise UsageError("the file of the secret is empty", where=self.file)
        return found


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told of what. What is empty does not narrow it."""

    channels: tuple[str, ...]
    owners: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    classes: frozenset[FindingClass] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    least: Severity = Severity.NONE


class Table:
    """One table of the file, read key by key. Every complaint is a `UsageError` that says where."""

    def __init__(self, value: object, place: str, where: str) -> None:
        self.place, self._where = place, where
        if not isinstance(value, dict):
            raise self.wrong("must be a table")
        self._values: Mapping[str, Any] = value

    def wrong(self, what: str, hint: str | None = None) -> UsageError:
        return UsageError(f"{self.place or 'the file'}: {what}", where=self._where, hint=hint)

    def knows(self, *keys: str) -> None:
        """A misspelled key must not pass for one that is not there."""
        for key in self._values:
            if key not in keys:
                raise self.wrong(f"unknown key {key!r}", "one of " + ", ".join(keys))

    def _called(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _of(self, key: str, type_: type, words: str, default: Any) -> Any:
        value = self._values.get(key, default)
        if value is not default and (not isinstance(value, type_) or (type_ is not bool and isinstance(value, bool))):
            raise self.wrong(f"{key} must be {words}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Raises where there is none and no default."""
        value = self._of(key, str, "text", default)
        if value is None or (value == "" and default is None):
            raise self.wrong(f"{key} is missing")
        if any(ord(char) < 32 for char in value):
            raise self.wrong(f"{key} must be one line")
        return str(value)

    def number(self, key: str, default: int, *, least: int, most: int) -> int:
        value = int(self._of(key, int, "a number", default))
        if not least <= value <= most:
            raise self.wrong(f"{key} must be from {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        return bool(self._of(key, bool, "true or false", False))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text is a list of one."""
        value = self._values.get(key, [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            raise self.wrong(f"{key} must be text, or a list of texts")
        return tuple(found)

    def tables(self, key: str) -> tuple[Table, ...]:
        value = self._of(key, list, f"written [[{self._called(key)}]]", [])
        return tuple(Table(one, f"{self._called(key)} {n}", self._where) for n, one in enumerate(value, 1))

    def named(self, key: str) -> Mapping[str, Table]:
        value = self._of(key, dict, f"written [{self._called(key)}.NAME]", {})
        for name in value:
            if not _NAME.match(name):
                raise self.wrong(f"{name!r} is no name for one of {key}", "letters, digits, dot, dash")
        return {name: Table(one, f"{self._called(key)}.{name}", self._where) for name, one in value.items()}

    def secret(self, key: str, *, needed: bool = True) -> Secret | None:
        """`key_env` or `key_file`. The secret itself is refused: files of settings end up in repositories."""
        if key in self._values:
            raise self.wrong(f"{key} is a secret, and does not stand in this file", f"{key}_env or {key}_file")
        env, file = self.text(f"{key}_env", ""), self.text(f"{key}_file", "")
        if bool(env) == bool(file):
            if not env and not needed:
                return None
            raise self.wrong(f"either {key}_env or {key}_file is needed")
        return Secret(env or None, file or None)


def document(data: bytes, *, where: str) -> Table:
    """The file. Raises `UsageError`."""
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{len(data)} bytes of settings", where=where, hint=f"at most {_MOST_BYTES} are read")
    try:
        return Table(toml_text.value(data, where=where), "", where)
    except InputError as error:
        raise UsageError(error.what, where=where, hint=error.hint) from error


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of the file but the channels themselves."""

    default: tuple[str, ...]
    routes: tuple[Route, ...]
    shown: int
    """Targets that a message names."""
    update_hours: int
    """From the first message of an incident to its first update; twice as long to the next, and so on."""
    incident_days: int
    """An incident that was quiet for so long is over: what comes then is a new one."""
    failing_after: int
    """How often in a row a scan fails before people are told."""
    public_url: str | None


TOP = (
    "channels", "default", "route", "targets_shown", "update_hours", "incident_days", "failing_after", "public_url",
)  # fmt: skip


def rules(table: Table, channels: Sequence[str]) -> Rules:
    """What the file says of who is told, and how."""
    table.knows(*TOP)
    default = _known(table, "default", channels)
    if not default:
        raise table.wrong("default is missing", 'the channels of whoever has no route: default = ["soc"]')
    public = table.text("public_url", "")
    if public and not public.startswith(("https://", "http://")):
        raise table.wrong("public_url must begin with https:// or http://")
    return Rules(
        default=default,
        routes=tuple(_route(one, channels) for one in table.tables("route")),
        shown=table.number("targets_shown", 10, least=1, most=_MOST_SHOWN),
        update_hours=table.number("update_hours", 1, least=1, most=168),
        incident_days=table.number("incident_days", 7, least=1, most=365),
        failing_after=table.number("failing_after", 2, least=1, most=1000),
        public_url=public.rstrip("/") or None,
    )


def _route(table: Table, channels: Sequence[str]) -> Route:
    table.knows("owner", "label", "class", "kind", "severity", "channels")
    found = _known(table, "channels", channels)
    if not found:
        raise table.wrong("channels is missing")
    severity = table.text("severity", "none")
    words = [one.word for one in Severity]
    if severity not in words:
        raise table.wrong(f"severity {severity!r} is not known", "one of " + ", ".join(words))
    return Route(
        channels=found,
        owners=frozenset(table.texts("owner")),
        labels=frozenset(table.texts("label")),
        classes=frozenset(
            FindingClass(one) for one in _words(table, "class", [one.value for one in FindingClass])
        ),
        kinds=frozenset(Kind(one) for one in _words(table, "kind", [one.value for one in KINDS])),
        least=Severity(words.index(severity)),
    )  # fmt: skip


def _words(table: Table, key: str, known: Sequence[str]) -> tuple[str, ...]:
    found = table.texts(key)
    for one in found:
        if one not in known:
            raise table.wrong(f"{key} {one!r} is not known", "one of " + ", ".join(known))
    return found


def _known(table: Table, key: str, channels: Sequence[str]) -> tuple[str, ...]:
    found = table.texts(key)
    for one in found:
        if one not in channels:
            raise table.wrong(f"there is no channel {one!r}", "channels: " + (", ".join(channels) or "none"))
    return found
