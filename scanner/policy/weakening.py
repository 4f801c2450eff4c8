"""Two states of a policy → what the newer one lets through that the older did not, each with its line.

Whoever may merge a change may weaken the policy by it: that is seen by a person, or by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.policy import gate as gates
from scanner.policy.rules import Policy, Rule
from scanner.policy.sections import Overrides, gate_at


class Weakened(NamedTuple):
    """One door that opens wider."""

    what: str
    line: int


def weakened(before: Policy, after: Policy, *, default_max_age: float) -> tuple[Weakened, ...]:
    """Everything that the newer policy lets through."""
    return tuple(dict.fromkeys((*_gates(before, after), *_suppressions(before, after), *_lists(before, after),
                                *_max_age(before, after, default_max_age))))  # fmt: skip


def _gates(before: Policy, after: Policy) -> Iterator[Weakened]:
    said: set[str] = set()
    for path in ("", *(section.path for policy in (before, after) for section in policy.sections)):
        for what in gates.loosened(gate_at(before, path, Overrides()), gate_at(after, path, Overrides())):
            if what in said:
                continue
            if not path:
                said.add(what)
            line = _section_line(after, path) or after.lines.get(f"gate.{what.partition(':')[0]}", 1)
            yield Weakened(f"the gate is loosened{f' in {path}' if path else ''}: {what}", line)


def _section_line(policy: Policy, path: str) -> int | None:
    return next((section.line for section in policy.sections if section.path == path), None)


def _suppressions(before: Policy, after: Policy) -> Iterator[Weakened]:
    known = {(section, _key(rule)): rule for section, rule in _placed(before)}
    for section, rule in _placed(after):
        earlier = known.get((section, _key(rule)))
        place = f" in {section}" if section else ""
        if earlier is None:
            yield Weakened(
                f"a suppression is added{place}: {rule.means} (until {rule.expires}: {rule.reason})", rule.line
            )
        elif rule.expires > earlier.expires:
            until = f"{earlier.expires} → {rule.expires}"
            yield Weakened(f"a suppression is prolonged{place}: {rule.means} ({until})", rule.line)


def _placed(policy: Policy) -> Iterator[tuple[str, Rule]]:
    yield from (("", rule) for rule in policy.suppress)
    for section in policy.sections:
        yield from ((section.path, rule) for rule in section.suppress)


def _key(rule: Rule) -> tuple[object, ...]:
    return rule.finding, rule.advisory, rule.package, rule.path, rule.class_


def _lists(before: Policy, after: Policy) -> Iterator[Weakened]:
    for dropped, added, words, key in (
        (set(before.internal) - set(after.internal), (), "an internal scope is dropped", "registries.internal"),
        (set(before.needed) - set(after.needed), (), "a needed feed is dropped", "feeds.needed"),
        (set(before.vendored) - set(after.vendored), (), "a vendored place is no longer judged", "code.vendored"),
        ((), set(after.autorun) - set(before.autorun), "a file that runs by itself is allowed", "code.autorun"),
    ):  # fmt: skip
        yield from (Weakened(f"{words}: {one}", after.lines.get(key, 1)) for one in sorted({*dropped, *added}))
    for type_, addresses in after.registries.items():
        for one in sorted(set(addresses) - set(before.registries.get(type_, ()))):
            yield Weakened(f"a registry is trusted for {type_}: {one}", after.lines.get(f"registries.{type_}", 1))


def _max_age(before: Policy, after: Policy, default: float) -> Iterator[Weakened]:
    old, new = before.max_age or default, after.max_age or default
    if new > old:
        yield Weakened(f"feeds may be older: {old:g} → {new:g} days", after.lines.get("feeds.max-age-days", 1))
