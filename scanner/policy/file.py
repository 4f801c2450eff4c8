"""`pratique.toml`, or `[tool.pratique]` of pyproject.toml → the policy, or everything that is wrong with it, by line.

Schema for editors: docs/schemas/pratique-policy-1.schema.json. A policy with a mistake in it is obeyed in nothing: what
it was meant to say is not guessed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from scanner.errors import InputError, UsageError
from scanner.model.component import Problem
from scanner.model.finding import FindingClass
from scanner.model.purl import Purl
from scanner.model.purl import parse as parse_purl
from scanner.policy import gate as gates
from scanner.policy import globs
from scanner.policy.lines import Lines
from scanner.policy.rules import Levels, Policy, Rule, Section
from scanner.shape import encoding, toml_text

NAME, PYPROJECT = "pratique.toml", "pyproject.toml"
MOST_BYTES = 1024 * 1024
LONGEST = timedelta(days=366)
"""How far ahead a suppression may end: whoever needs it longer looks at it once a year."""
GRAVE = frozenset((FindingClass.COMPROMISE, FindingClass.SUSPICIOUS_CHANGE, FindingClass.INTEGRITY))
"""Classes that nothing wide suppresses."""
TYPES = frozenset(
    ("cargo", "composer", "conda", "cran", "gem", "golang", "hackage", "hex", "maven", "npm", "nuget", "pub", "pypi")
)
"""Package types of which registries may be named."""
_MOST = 2_000
"""Suppressions, and sections, that are read."""
_FEED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9._-]+)*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TOP = ("gate", "feeds", "registries", "code", "suppress", "section")
_SELECTORS = ("finding", "advisory", "package", "path")
_RULE = (*_SELECTORS, "class", "reason", "expires", "by")


def parse(data: bytes, *, where: str, today: date) -> Policy | None:
    """Read a policy; `None` for a pyproject.toml without one. Raises `UsageError` with the first line that is wrong."""
    policy, problems = read(data, where=where, today=today)
    if problems:
        first, more = problems[0], len(problems) - 1
        at = first.where if first.line is None else f"{first.where}:{first.line}"
        rest = f"and {more} more: pratique policy check" if more else None
        raise UsageError(first.what, where=at, hint="; ".join(filter(None, (first.hint, rest))) or None)
    return policy


def read(data: bytes, *, where: str, today: date) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy as far as it could be read, and what is wrong with it, in the order of its lines."""
    if len(data) > MOST_BYTES:
        return None, (Problem(where=where, what=f"{len(data)} bytes: a policy has at most {MOST_BYTES}"),)
    try:
        document = toml_text.value(data, where=where)
        text = encoding.text(data, where=where)
    except InputError as error:
        at = re.search(r"\(at line (\d+)", error.what)
        return None, (Problem(where=where, what=error.what, line=int(at[1]) if at else None, hint=error.hint),)
    lines = Lines(text)
    place: tuple[str, ...] = ()
    if re.split(r"[/:]", where)[-1] == PYPROJECT:
        tool = document.get("tool")
        if not isinstance(tool, dict) or "pratique" not in tool:
            return None, ()
        document, place = tool["pratique"], ("tool", "pratique")
    reader = _Reader(where, lines, today)
    policy = reader.policy(document, place, hashlib.sha256(data).hexdigest())
    return policy, tuple(sorted(reader.problems, key=lambda problem: problem.line or 0))


class _Table:
    """One table of the document, which must be read to its last key."""

    def __init__(self, reader: _Reader, value: object, place: tuple[str | int, ...]) -> None:
        self.place = place
        self._reader = reader
        if not isinstance(value, dict):
            reader.wrong(place, f"{_called(place)} must be a table")
        self._values: Mapping[str, Any] = value if isinstance(value, dict) else {}

    def knows(self, *keys: str) -> None:
        """Complain of every other key: a misspelled one must not pass for one that is not there."""
        for key in self._values:
            if key not in keys:
                self._reader.wrong((*self.place, key), f"unknown key {key!r}", hint="one of " + ", ".join(keys))

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        yield from self._values

    def table(self, key: str) -> _Table:
        return _Table(self._reader, self._values.get(key, {}), (*self.place, key))

    def tables(self, key: str) -> Iterator[_Table]:
        value = self._values.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, f"{key} must be written [[{_called((*self.place, key))}]]")
            return
        if len(value) > _MOST:
            self.wrong(key, f"{len(value)} of {key}: at most {_MOST} are read")
        for number, item in enumerate(value[:_MOST]):
            yield _Table(self._reader, item, (*self.place, key, number))

    def text(self, key: str) -> str | None:
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, f"{key} must be text")
            return None
        return value.strip()

    def texts(self, key: str, check: Callable[[str], str | None]) -> tuple[str, ...]:
        """A list of strings, each without a complaint."""
        value = self._values.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, f"{key} must be a list of strings")
            return ()
        found: list[str] = []
        for number, item in enumerate(value):
            complaint = "must be a string" if not isinstance(item, str) else check(item)
            if complaint is None:
                found.append(item)
            else:
                self._reader.wrong((*self.place, key, number), f"{key}: {str(item)[:100]!r}: {complaint}")
        return tuple(found)

    def value(self, key: str) -> Any:
        return self._values.get(key)

    def wrong(self, key: str, what: str, hint: str | None = None) -> None:
        self._reader.wrong((*self.place, key), what, hint)


class _Reader:
    def __init__(self, where: str, lines: Lines, today: date) -> None:
        self.problems: list[Problem] = []
        self._where = where
        self._lines = lines
        self._today = today
        self._rules_read = 0

    def wrong(self, place: tuple[str | int, ...], what: str, hint: str | None = None) -> None:
        self.problems.append(Problem(where=self._where, what=what, line=self._lines.of(place), hint=hint))

    def policy(self, document: object, place: tuple[str, ...], digest: str) -> Policy:
        top = _Table(self, document, place)
        top.knows(*_TOP)
        feeds, registries, code = top.table("feeds"), top.table("registries"), top.table("code")
        feeds.knows("max-age-days", "needed")
        registries.knows(*sorted(TYPES), "internal")
        code.knows("vendored", "autorun")
        return Policy(
            file=self._where,
            digest=digest,
            gate=self._gate(top.table("gate")),
            max_age=self._max_age(feeds),
            needed=feeds.texts("needed", lambda name: None if _FEED.match(name) else "no name of a feed"),
            registries={
                type_: registries.texts(type_, _address) for type_ in registries if type_ in TYPES
            },
            internal=registries.texts("internal", _scope),
            vendored=code.texts("vendored", _narrow),
            autorun=code.texts("autorun", _narrow),
            suppress=tuple(self._rules(top)),
            sections=tuple(self._sections(top)),
            lines={
                ".".join(map(str, (table.place[-1], key))): self._lines.of((*table.place, key))
                for table in (top.table("gate"), feeds, registries, code)
                for key in table
            },
        )  # fmt: skip

    def _gate(self, table: _Table) -> Levels:
        table.knows(*FindingClass, gates.KNOWN_EXPLOITED)
        classes: dict[FindingClass, str] = {}
        for class_ in FindingClass:
            if (level := table.value(class_)) is None:
                continue
            words = gates.words(class_)
            if level in words:
                classes[class_] = level
            else:
                table.wrong(class_, f"{class_}: {level!r} is no level of it", "one of " + ", ".join(words))
        exploited = table.value(gates.KNOWN_EXPLOITED)
        if exploited is not None and not isinstance(exploited, bool):
            table.wrong(gates.KNOWN_EXPLOITED, f"{gates.KNOWN_EXPLOITED} must be true or false")
            exploited = None
        return Levels(classes=classes, known_exploited=exploited)

    def _max_age(self, feeds: _Table) -> float | None:
        days = feeds.value("max-age-days")
        if days is None:
            return None
        if isinstance(days, bool) or not isinstance(days, int | float) or not 0 < days <= 366:
            feeds.wrong("max-age-days", "max-age-days must be a number of days, more than 0 and at most 366")
            return None
        return float(days)

    def _sections(self, top: _Table) -> Iterator[Section]:
        for table in top.tables("section"):
            table.knows("path", "gate", "suppress")
            gate, suppress = self._gate(table.table("gate")), tuple(self._rules(table))
            path = table.text("path")
            if path is None:
                self.wrong(table.place, "a section without a path", 'path = "apps/web"')
            elif (complaint := _narrow(path)) is not None:
                table.wrong("path", f"path: {path[:100]!r}: {complaint}")
            else:
                yield Section(path=path, gate=gate, suppress=suppress, line=self._lines.of(table.place))

    def _rules(self, holder: _Table) -> Iterator[Rule]:
        for table in holder.tables("suppress"):
            before = len(self.problems)
            rule = self._rule(table)
            if rule is not None and len(self.problems) == before:
                self._bounded(table, rule)
            if rule is not None and len(self.problems) == before:
                yield rule

    def _rule(self, table: _Table) -> Rule | None:
        table.knows(*_RULE)
        reason, expires = table.text("reason"), self._expires(table)
        if reason is None and "reason" not in table:
            self.wrong(table.place, "a suppression without a reason", 'reason = "why it does not count"')
        if not any(name in table for name in _SELECTORS):
            self.wrong(table.place, "a suppression of everything", "name one or more of " + ", ".join(_SELECTORS))
        path = table.text("path")
        if path is not None and (complaint := _narrow(path)) is not None:
            table.wrong("path", f"path: {path[:100]!r}: {complaint}")
        for key in ("finding", "advisory"):
            value = table.text(key)
            if value is not None and (set("*? ") & set(value) or _CONTROL.search(value)):
                table.wrong(key, f"{key}: {value[:100]!r} is no id: it is compared as it stands")
        package, class_ = self._package(table), self._class(table)
        if reason is None or expires is None:
            return None
        self._rules_read += 1
        return Rule(
            number=self._rules_read,
            finding=table.text("finding"),
            advisory=table.text("advisory"),
            package=package,
            path=path,
            class_=class_,
            reason=reason,
            expires=expires,
            by=table.text("by"),
            line=self._lines.of(table.place),
            file=self._where,
        )

    def _expires(self, table: _Table) -> date | None:
        value = table.value("expires")
        if value is None:
            example = (self._today + timedelta(days=90)).isoformat()
            self.wrong(table.place, "a suppression without an end", f"expires = {example}")
            return None
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        if isinstance(value, datetime) or not isinstance(value, date):
            table.wrong("expires", "expires must be a day, as 2027-01-31")
            return None
        if value - self._today > LONGEST:
            table.wrong("expires", f"expires: {value} is more than a year ahead", "look at it once a year")
            return None
        return value

    def _package(self, table: _Table) -> Purl | None:
        text = table.text("package")
        if text is None:
            return None
        if "*" in text:
            table.wrong("package", f"package: {text[:100]!r}: one package by its purl, without a wildcard")
            return None
        try:
            return parse_purl(text)
        except InputError as error:
            table.wrong("package", f"package: {error.what}", "pkg:npm/name@1.2.3")
            return None

    def _class(self, table: _Table) -> FindingClass | None:
        text = table.text("class")
        if text is None:
            return None
        try:
            return FindingClass(text)
        except ValueError:
            table.wrong("class", f"no findings are of class {text[:100]!r}", "one of " + ", ".join(FindingClass))
            return None

    def _bounded(self, table: _Table, rule: Rule) -> None:
        """A grave finding is named, by its id or by the very version: a class and a place would be a door left open."""
        if rule.class_ not in GRAVE or rule.finding is not None:
            return
        if rule.package is None or rule.package.version is None:
            self.wrong(
                table.place,
                f"a finding of class {rule.class_} is suppressed by its id, or by one package at one version",
                'finding = "…" as the report shows it, or package = "pkg:npm/name@1.2.3"',
            )


def _narrow(glob: str) -> str | None:
    if (complaint := globs.complaint(glob)) is not None:
        return complaint
    return "it means everything" if globs.matches_everything(glob) else None


def _scope(pattern: str) -> str | None:
    if not pattern.strip() or _CONTROL.search(pattern) or len(pattern) > globs.MOST:
        return "no pattern of names"
    bare = re.sub(r"^pkg:[a-z]+/", "", pattern.strip().casefold())
    return None if bare.strip("*?/@") else "it means every package"


def _address(text: str) -> str | None:
    match = re.match(r"(https?)://(?:[^/@\s]*@)?[A-Za-z0-9_.-]+(?::\d{1,5})?(?:/\S*)?\Z", text)
    if match is None:
        return "no address of a registry (https://…)"
    return "without a user name and a password, please" if "@" in text.partition("://")[2].partition("/")[0] else None


def _called(place: tuple[str | int, ...]) -> str:
    return ".".join(str(name) for name in place if isinstance(name, str)) or "the policy"
