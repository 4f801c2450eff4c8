"""`audit --previous OLD --deep --online`: what came or was updated, compared as code by the engine of `scan --base`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from scanner.model.comparison import ComponentChange
from scanner.model.component import Component, Problem
from scanner.model.finding import Finding
from scanner.model.released import ReleaseCheck, ReleaseState
from scanner.pipeline import deep, diff, judged_pairs
from scanner.pipeline.deep import Deep
from scanner.pipeline.scan import Settings
from scanner.pipeline.told import Told

if TYPE_CHECKING:
    from scanner.pipeline.released import Registries


def check(
    steps: Sequence[ComponentChange], checks: Iterable[ReleaseCheck], settings: Settings, registries: Registries
) -> Told:
    """Fetch each release that registries were asked about, and the one before it, and tell what the new one brings.

    Each finding has the component that it is about.
    """
    refused = {id(one.component): one.reason for one in checks if one.state is ReleaseState.NOT_ASKED}
    asked = [one for one in steps if id(one.after) not in refused]
    wish = Deep(online=registries.online, internal=registries.internal)
    problems = list(_unasked(steps, refused))
    # Age and withdrawal stand among what the registries say of every component: here they would be told twice.
    pairs = list(deep.pairs(asked, wish, settings, problems, [], cool_down=timedelta()))
    judging = diff.Settings(environ=settings.environ, progress=settings.progress, whole_limit=settings.code_limit)
    told = judged_pairs.judge(judging, pairs)
    by_name = {str(one.after.purl): one.after for one in asked if one.after is not None and one.after.purl is not None}
    return msgspec.structs.replace(
        told,
        findings=tuple(_about(one, by_name) for one in told.findings),
        problems=(*problems, *told.problems),
    )


def _unasked(steps: Iterable[ComponentChange], refused: Mapping[int, str]) -> Iterator[Problem]:
    """What was not compared because nobody was to be asked. Where somebody failed to answer, that is told already."""
    reasons = Counter(refused[id(one.after)] for one in steps if one.step in deep.STEPS and id(one.after) in refused)
    for reason, count in sorted(reasons.items()):
        words = "1 component that changed was" if count == 1 else f"{count:,} components that changed were"
        yield Problem(where="--deep", what=f"{words} not compared as code: {reason}", harmless=True)


def _about(finding: Finding, by_name: Mapping[str, Component]) -> Finding:
    """With the component in whose release its evidence lies."""
    path = finding.evidence[0].location.path
    owners = [name for name in by_name if path == name or path.startswith(f"{name}/")]
    return msgspec.structs.replace(finding, component=by_name[max(owners, key=len)]) if owners else finding
