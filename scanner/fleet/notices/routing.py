"""Who is told of what.

A team is an owner whom a route names; everybody else is one team together, so that an incident that reaches a hundred
owners without a route is one message to the default, not a hundred.
"""

from __future__ import annotations

from collections.abc import Collection

from scanner.fleet.notices.settings import Route, Rules
from scanner.fleet.notices.values import Kind
from scanner.model.finding import FindingClass, Severity

TOLD = frozenset((FindingClass.COMPROMISE, FindingClass.SUSPICIOUS_CHANGE))
"""Classes of findings that are told unless a route asks for others."""


def destinations(
    rules: Rules,
    kind: Kind,
    *,
    owner: str | None,
    labels: Collection[str] = (),
    class_: FindingClass | None = None,
    severity: Severity = Severity.NONE,
) -> tuple[tuple[str, str], ...]:
    """(channel, team), each channel once: by all routes that fit, else by the default."""
    asked = [route for route in rules.routes if _fits(route, kind, owner, labels, class_, severity)]
    found: dict[str, str] = {}
    for route in asked:
        for channel in route.channels:
            # Who is named is told in his own name, also where another route brings the same to the same channel.
            found[channel] = owner if owner is not None and owner in route.owners else found.get(channel, "")
    if not asked and (class_ is None or class_ in TOLD):
        found = dict.fromkeys(rules.default, "")
    return tuple(sorted(found.items()))


def has_route(rules: Rules, owner: str) -> bool:
    """Whether any route names this owner."""
    return any(owner in route.owners for route in rules.routes)


def _fits(
    route: Route,
    kind: Kind,
    owner: str | None,
    labels: Collection[str],
    class_: FindingClass | None,
    severity: Severity,
) -> bool:
    return (
        (not route.owners or owner in route.owners)
        and (not route.labels or not route.labels.isdisjoint(labels))
        and (not route.kinds or kind in route.kinds)
        and (class_ in (route.classes or TOLD) if class_ is not None else not route.classes)
        and (class_ is None or severity >= route.least)
    )
