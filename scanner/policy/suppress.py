"""Suppressions of a policy: which finding one means, why it does not, and what is left unused or has run out.

A compromise, a suspicious change or an integrity finding is suppressed only by its own id, or by the very package at
the very version together with its class. Nothing wider reaches them, whatever it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import msgspec

from scanner.model.finding import Finding, Suppression
from scanner.model.purl import Purl
from scanner.policy import globs, sections
from scanner.policy.file import GRAVE
from scanner.policy.glob_index import GlobIndex
from scanner.policy.rules import Policy, Rule


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """The findings, and what became of each suppression."""

    findings: tuple[Finding, ...]
    applied: int
    """Findings that were suppressed by the policy."""
    expired: tuple[tuple[Rule, int], ...]
    """Those that ran out, each with how many findings it would have meant."""
    unused: tuple[Rule, ...]
    """Those that stand, and mean nothing here."""


def apply(findings: Sequence[Finding], policy: Policy, *, today: date, prefix: str = "") -> Applied:
    """Suppress what the policy means. `prefix` is what the report's paths lack to be the policy's."""
    known = _Index(policy)
    counts: dict[tuple[str, int], int] = {}
    applied = 0
    told: list[Finding] = []
    for finding in findings:
        meant = [] if finding.suppressed is not None else known.meaning(finding, prefix)
        for rule in meant:
            counts[rule.key] = counts.get(rule.key, 0) + 1
        standing = [rule for rule in meant if rule.expires >= today]
        if standing:
            applied += 1
            finding = msgspec.structs.replace(finding, suppressed=_suppression(standing[0]))
        told.append(finding)
    every = {rule.key: rule for rule in policy.rules}.values()
    return Applied(
        findings=tuple(told),
        applied=applied,
        expired=tuple((rule, counts.get(rule.key, 0)) for rule in every if rule.expires < today),
        unused=tuple(rule for rule in every if rule.expires >= today and rule.key not in counts),
    )


def why_not(rule: Rule, finding: Finding, prefix: str = "") -> str | None:
    """Why a suppression does not mean this finding, whenever it ends; `None` where it does."""
    named = next(filter(None, (check(rule, finding) for check in _NAMED)), None)
    return named or _path(rule, finding, prefix) or _grave(rule, finding)


def _finding(rule: Rule, finding: Finding) -> str | None:
    return None if rule.finding in (None, finding.id) else f"it is about finding {rule.finding}"


def _class(rule: Rule, finding: Finding) -> str | None:
    return None if rule.class_ in (None, finding.class_) else f"it is about the class {rule.class_}"


def _package(rule: Rule, finding: Finding) -> str | None:
    if rule.package is None:
        return None
    purl = None if finding.component is None else finding.component.purl
    return None if purl is not None and same_package(rule.package, purl) else f"it is about {rule.package}"


def _advisory(rule: Rule, finding: Finding) -> str | None:
    if rule.advisory is None or rule.advisory.casefold() in names(finding):
        return None
    return f"it is about {rule.advisory}"


def _path(rule: Rule, finding: Finding, prefix: str) -> str | None:
    if rule.path is None:
        return None
    places = sections.paths(finding)
    # What also stands elsewhere is not this path's alone.
    if places and all(globs.matches(rule.path, prefix + place) for place in places):
        return None
    return f"it is about {rule.path}"


def _grave(rule: Rule, finding: Finding) -> str | None:
    if finding.class_ not in GRAVE or rule.finding is not None:
        return None
    if rule.package is not None and rule.package.version is not None and rule.class_ is finding.class_:
        return None
    return f"a finding of class {finding.class_} is suppressed by its id only, or by one version and its class"


_NAMED: tuple[Callable[[Rule, Finding], str | None], ...] = (_finding, _class, _package, _advisory)


def names(finding: Finding) -> frozenset[str]:
    """What the records of a finding are called, in lower case."""
    found: set[str] = set()
    for claim in finding.claims:
        found.add(claim.record.casefold())
        found.update(alias.casefold() for alias in (claim.advisory.aliases if claim.advisory else ()))
    return frozenset(found)


def same_package(wanted: Purl, purl: Purl) -> bool:
    """Whether a purl is what was asked for: the same package and, where they are named, version and qualifiers."""
    if wanted.without_version() != purl.without_version() or wanted.version not in (None, purl.version):
        return False
    return all(purl.qualifier(key) == value for key, value in wanted.qualifiers)


def _suppression(rule: Rule) -> Suppression:
    return Suppression(reason=rule.reason, expires=rule.expires.isoformat(), by=rule.by, where=rule.where)


class _Index:
    """Suppressions by what they name first: a policy may hold thousands, and a report tens of thousands of findings."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rules = list({rule.key: rule for rule in policy.rules}.values())
        self._by_name: dict[object, list[int]] = {}
        for number, rule in enumerate(self._rules):
            self._by_name.setdefault(_first(rule), []).append(number)
        # Of those that name no more than a path there is no need to look at all.
        self._wide = {number for number in self._by_name.pop(None, ()) if self._rules[number].path is None}
        self._nameless = frozenset(number for number, rule in enumerate(self._rules) if _first(rule) is None)
        self._placed = [number for number, rule in enumerate(self._rules) if rule.path is not None]
        self._globs = GlobIndex([self._rules[number].path or "" for number in self._placed])
        self._everywhere = frozenset(rule.key for rule in policy.suppress)
        self._at: dict[str, frozenset[tuple[str, int]]] = {}
        """Path → what the section there adds."""

    def meaning(self, finding: Finding, prefix: str) -> list[Rule]:
        """Those that mean the finding, whenever they end."""
        places = [prefix + place for place in sections.paths(finding)]
        there = self._there(places)
        meant: list[Rule] = []
        for number in self._candidates(finding, there):
            rule = self._rules[number]
            if rule.path is not None and number not in there:
                continue
            if _grave(rule, finding) or any(check(rule, finding) for check in _NAMED):
                continue
            if rule.key in self._everywhere or self._here(rule, places):
                meant.append(rule)
        return meant

    def _there(self, places: Sequence[str]) -> set[int]:
        """Those whose path means every place."""
        means = [self._globs.depths(place).keys() for place in places]
        return {self._placed[one] for one in set(means[0]).intersection(*means[1:])} if means else set()

    def _candidates(self, finding: Finding, there: set[int]) -> Iterator[int]:
        """By what they name: the finding, its records, a path, its package."""
        for key in (finding.id, *sorted(names(finding))):
            yield from self._by_name.get(key, ())
        yield from sorted(self._wide | (self._nameless & there))
        if finding.component is not None and finding.component.purl is not None:
            yield from self._by_name.get(finding.component.purl.without_version(), ())

    def _here(self, rule: Rule, places: Sequence[str]) -> bool:
        """Whether it stands in the section of every place where the finding lies."""
        for place in places:
            if place not in self._at:
                section = sections.nearest(self._policy, place)
                self._at[place] = frozenset(one.key for one in section.suppress) if section else frozenset()
        return bool(places) and all(rule.key in self._at[place] for place in places)


def _first(rule: Rule) -> object:
    if rule.finding is not None:
        return rule.finding
    if rule.advisory is not None:
        return rule.advisory.casefold()
    return None if rule.package is None else rule.package.without_version()
