"""Which part of a policy holds where: the nearest section's gate and suppressions, then those of the whole."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from scanner.model.finding import Finding
from scanner.policy import gate as gates
from scanner.policy import glob_index, globs
from scanner.policy.gate import Gate
from scanner.policy.rules import Levels, Policy, Rule, Section


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says on the same things: it wins."""

    fail_on: str | None = None
    max_age: float | None = None


def paths(finding: Finding) -> tuple[str, ...]:
    """Where a finding lies, with members of an archive as if it were a folder."""
    found = [evidence.location.path for evidence in finding.evidence]
    if finding.component is not None:
        found.append(finding.component.location.path)
    return tuple(dict.fromkeys(path.replace("!/", "/") for path in found))


def nearest(policy: Policy, path: str) -> Section | None:
    """The section whose glob ends deepest in the path; of several, the plainer one, then the later one."""
    index = glob_index.compiled(tuple(section.path for section in policy.sections))
    found = [
        (depth, globs.specificity(policy.sections[number].path), number) for number, depth in index.depths(path).items()
    ]
    return policy.sections[max(found)[2]] if found else None


def rules(policy: Policy, path: str) -> tuple[Rule, ...]:
    """The suppressions that may apply there: the nearest section's, then those of the whole."""
    section = nearest(policy, path)
    return (*(section.suppress if section else ()), *policy.suppress)


def gate_at(policy: Policy, path: str, overrides: Overrides) -> Gate:
    """The gate that holds at a path: section over policy over default, and the command line over all of them."""
    section = nearest(policy, path) if path else None
    gate = _with(_with(gates.DEFAULT, policy.gate), section.gate if section else Levels())
    return gates.parse(overrides.fail_on, gate)


def gate(policy: Policy, overrides: Overrides, prefix: str = "") -> Gate:
    """The gate of a scan; `prefix` is what the report's paths lack to be the policy's."""
    whole = gate_at(policy, "", overrides)
    if not policy.sections:
        return whole

    @cache
    def at(place: str) -> Gate:
        return gate_at(policy, prefix + place, overrides)

    def of(finding: Finding) -> Gate | None:
        place = next(iter(paths(finding)), None)
        return None if place is None else at(place)

    return msgspec.structs.replace(whole, sections=of)


def combined(outer: Policy | None, inner: Policy | None, folder: str) -> Policy | None:
    """The policy of the repository with that of a folder in it, as a section: the nearer one wins, lists add up."""
    if inner is None or not folder:
        return outer if inner is None else inner
    literal = re.sub(r"([*?[])", r"[\1]", folder)
    own = Section(path=literal, gate=inner.gate, suppress=tuple(_below(literal, rule) for rule in inner.suppress))
    sections = (
        own,
        *(
            msgspec.structs.replace(
                section,
                path=f"{literal}/{section.path}",
                gate=_levels(inner.gate, section.gate),
                suppress=tuple(_below(literal, rule) for rule in (*section.suppress, *inner.suppress)),
            )
            for section in inner.sections
        ),
    )
    mounted = msgspec.structs.replace(
        inner,
        gate=Levels(),
        suppress=(),
        sections=sections,
        vendored=tuple(f"{literal}/{glob}" for glob in inner.vendored),
        autorun=tuple(f"{literal}/{glob}" for glob in inner.autorun),
    )
    if outer is None:
        return mounted
    types = {**outer.registries, **mounted.registries}
    return msgspec.structs.replace(
        outer,
        beside=((mounted.file, mounted.digest),),
        max_age=outer.max_age if mounted.max_age is None else mounted.max_age,
        needed=_union(outer.needed, mounted.needed),
        registries={one: _union(outer.registries.get(one, ()), mounted.registries.get(one, ())) for one in types},
        internal=_union(outer.internal, mounted.internal),
        vendored=_union(outer.vendored, mounted.vendored),
        autorun=_union(outer.autorun, mounted.autorun),
        sections=(*outer.sections, *mounted.sections),
    )


def _with(gate: Gate, levels: Levels) -> Gate:
    return gates.changed(gate, levels.classes, levels.known_exploited)


def _levels(outer: Levels, inner: Levels) -> Levels:
    known = outer.known_exploited if inner.known_exploited is None else inner.known_exploited
    return Levels(classes={**outer.classes, **inner.classes}, known_exploited=known)


def _below(folder: str, rule: Rule) -> Rule:
    return rule if rule.path is None else msgspec.structs.replace(rule, path=f"{folder}/{rule.path}")


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
