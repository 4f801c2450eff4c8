"""What a policy says, as values: gates that change what they name, suppressions, sections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from scanner.model.finding import FindingClass
from scanner.model.purl import Purl


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a gate that somebody wrote down; what is not named stays as it was."""

    classes: Mapping[FindingClass, str] = {}
    """Class → the word of its level."""
    known_exploited: bool | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One suppression: a finding is meant when everything that is named fits."""

    finding: str | None = None
    advisory: str | None = None
    package: Purl | None = None
    path: str | None = None
    class_: FindingClass | None = None
    reason: str
    expires: date
    """The last day on which it counts."""
    by: str | None = None
    line: int
    file: str
    """The policy that it stands in."""
    number: int
    """In that file, from 1: several may stand on one line."""

    @property
    def key(self) -> tuple[str, int]:
        """Which one it is."""
        return self.file, self.number

    @property
    def means(self) -> str:
        """What it is about, as people call it."""
        named = (
            ("finding", self.finding), ("advisory", self.advisory), ("package", self.package), ("path", self.path),
            ("class", self.class_),
        )  # fmt: skip
        return ", ".join(f"{word} {value}" for word, value in named if value is not None)

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What holds in one part of the repository."""

    path: str
    gate: Levels = Levels()
    suppress: tuple[Rule, ...] = ()
    line: int = 1


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy file. Without anything in it, it changes nothing."""

    file: str
    """As people call it: a path, `REV:path`."""
    digest: str
    """SHA-256 of the file."""
    beside: tuple[tuple[str, str], ...] = ()
    """(file, digest) of another that is obeyed with it."""
    gate: Levels = Levels()
    max_age: float | None = None
    """Days after which a feed is stale."""
    needed: tuple[str, ...] = ()
    """Feeds without which a scan is incomplete, whatever it reads."""
    registries: Mapping[str, tuple[str, ...]] = {}
    """Type of purl → addresses that packages of it may come from."""
    internal: tuple[str, ...] = ()
    """Patterns of names that are never sent anywhere."""
    vendored: tuple[str, ...] = ()
    """Globs of further folders that hold the code of others."""
    autorun: tuple[str, ...] = ()
    """Globs of files that may make tools run something."""
    suppress: tuple[Rule, ...] = ()
    sections: tuple[Section, ...] = ()
    lines: Mapping[str, int] = {}
    """Where its tables and keys stand, as `gate.compromise`."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every suppression, those of sections too."""
        return (*self.suppress, *(rule for section in self.sections for rule in section.suppress))
