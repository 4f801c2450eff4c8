"""Questions to everything that was ever seen: who has a package, and whom do lists or our campaigns mean?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from scanner.errors import InputError, UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.retro import SOUGHT
from scanner.fleet.store.values import Sighting, Struck
from scanner.model import purl as purls
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Problem
from scanner.model.ecosystem import ECOSYSTEMS, identity, normalise_name
from scanner.model.finding import State
from scanner.pipeline.fleet import selection
from scanner.pipeline.hunt import is_everybodys
from scanner.pipeline.hunt_lists import Lists
from scanner.pipeline.knowledge import open_library


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Who is, or was, meant by what was asked for."""

    struck: tuple[Struck, ...]
    indicators: int
    """That the store was asked for."""
    not_looked_for: Mapping[str, int]
    """Type → how many: what the store does not keep."""
    problems: tuple[Problem, ...] = ()
    never_seen: tuple[str, ...] = ()
    """Addresses of targets of which the store holds nothing yet."""

    @property
    def status(self) -> int:
        """1: somebody has it or had it. 3: nobody, as far as could be asked. 0: nobody."""
        if any(one.state is not State.NEAR_MISS for one in self.struck):
            return 1
        lost = any(not problem.harmless for problem in self.problems)
        return 3 if lost or self.not_looked_for or self.never_seen else 0


def who(store: Store, text: str) -> tuple[Sighting, ...]:
    """Every target that ever held a package: by package URL, or by `name` or `name@version` in all ecosystems.

    Raises `UsageError` for a package URL that is none.
    """
    if text.startswith("pkg:"):
        try:
            asked = purls.parse(text)
        except InputError as error:
            raise UsageError(error.what, where=text, hint=error.hint) from error
        of = identity(asked)
        if of is None:
            raise UsageError("no ecosystem is known for this package", where=text)
        return store.sightings(of.family, of.name, asked.version)
    name, at, version = text.rpartition("@")
    if not at or not name:
        name, version = text, ""
    found: list[Sighting] = []
    for family in ("", *sorted(ECOSYSTEMS)):
        folded = normalise_name(family, name) if family else name.lower()
        found += store.sightings(family, folded, version or None)
    return tuple(found)


def hunt(store: Store, lists: Lists) -> Answer:
    """Everything ever seen that the lists mean."""
    indicators = [one for reading in lists.readings for one in reading.indicators]
    problems = (*lists.problems, *(problem for reading in lists.readings for problem in reading.problems))
    return _asked(store, indicators, problems)


def rematch(store: Store, intel_directory: Path, *, now: datetime, only: Sequence[str] = ()) -> Answer:
    """Everything ever seen that our campaigns and added lists mean; of them `only` those of these ids.

    Raises `UsageError` for an id that nobody knows.
    """
    with open_library(intel_directory, now=now) as library:
        ids = [(found, campaign.id) for _, found in library.knowledge.indicators for campaign in found.campaigns()]
        if unknown := sorted(set(only) - {id_ for _, id_ in ids}):
            raise UsageError(f"no campaign or list {unknown[0]!r}", hint="pratique intel campaigns")
        indicators = [
            one for found, id_ in ids if not only or id_ in only for one in found.indicators(id_)
        ]  # fmt: skip
        broken = [feed.name for feed in library.lists if feed.status == "broken"]
    answer = _asked(store, indicators, tuple(Problem(where=name, what="the list is damaged") for name in broken))
    if not answer.not_looked_for:
        return answer
    count = sum(answer.not_looked_for.values())
    files = Problem(
        where="campaigns",
        what=f"{count:,} indicators speak of what stands in files, which the store does not keep",
        hint="pratique scan searches files",
        harmless=True,
    )
    return msgspec.structs.replace(answer, not_looked_for={}, problems=(*answer.problems, files))


def answerable(
    indicators: Iterable[Indicator],
) -> tuple[list[Indicator], Mapping[str, int], tuple[Problem, ...]]:
    """(those that the store can answer, how many of each type it does not keep, what is refused)."""
    asked, refused = list[Indicator](), list[Problem]()
    others: Counter[str] = Counter()
    for one in indicators:
        if one.type not in SOUGHT:
            others[one.type.value] += 1
        elif one.type is IndicatorType.DOMAIN and is_everybodys(one.value):
            what = f"{one.value} is refused: everybody's packages come from there"
            refused.append(Problem(where=one.campaign, what=what))
        else:
            asked.append(one)
    return asked, others, tuple(refused)


def _asked(store: Store, indicators: Sequence[Indicator], problems: Sequence[Problem]) -> Answer:
    asked, others, refused = answerable(indicators)
    return Answer(
        struck=store.retro_match(asked),
        indicators=len(asked),
        not_looked_for=dict(sorted(others.items())),
        problems=(*problems, *refused),
        never_seen=never_seen(store),
    )


def never_seen(store: Store) -> tuple[str, ...]:
    """Addresses of targets of which the store holds nothing yet: nobody knows what they have."""
    return tuple(target.address for target in selection.every(store) if target.taken is None)
