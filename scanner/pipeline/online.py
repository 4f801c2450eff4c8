"""`--online`: a service is asked about the packages of a target. Only where the user wants it, and only their names.

What comes back becomes a feed for this one scan, beside those on the disk, so that it is matched like any other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from scanner.display import address
from scanner.errors import InputError, PratiqueError
from scanner.model.component import Component, Origin, Problem
from scanner.model.ecosystem import ECOSYSTEMS, Identity, full_name, identity, normalise_name, slug
from scanner.model.internal import is_internal
from scanner.model.inventory import Inventory
from scanner.model.online import Answers, Asked, Wish

Name = tuple[str, str]
"""(ecosystem, name)"""

MAX_NAMES = 20_000
MAX_RECORDS = 20_000
_WORKERS = 8
_BY_SOURCE = frozenset(("Debian", "Ubuntu", "Alpine", "Wolfi", "Chainguard"))
"""Distributions whose records are on source packages: a binary one's own name says nothing there."""


_OURS = (Origin.WORKSPACE, Origin.PATH)


class Choice(NamedTuple):
    """Which names may leave the machine."""

    asked: list[Name]
    kept: list[Name]
    missed: set[str]
    """Ecosystems of names that were kept though somebody may know them: not those of the project's own members."""


@contextmanager
def answers(
    wish: Wish,
    inventory: Inventory,
    directory: Path,
    *,
    foreign_host: Callable[[Component], str | None],
    now: datetime,
) -> Iterator[Answers]:
    """Ask. A service that fails is a problem: the scan goes on with what is on the disk."""
    choice = choose(inventory, wish.internal, foreign_host)
    with tempfile.TemporaryDirectory(prefix="pratique-") as scratch:
        yield _ask(wish, choice, directory, Path(scratch), now)


def choose(inventory: Inventory, internal: Collection[str], foreign_host: Callable[[Component], str | None]) -> Choice:
    """What to ask about: only what a public registry serves is nobody's secret."""
    asked: dict[Name, Identity] = {}
    kept: dict[Name, Identity] = {}
    missed: set[str] = set()
    for reading in inventory.readings:
        for component in (*reading.components, *reading.subject_parts):
            who = None if component.purl is None else identity(component.purl)
            if component.purl is None or who is None or who.family not in ECOSYSTEMS:
                continue
            full = full_name(component.purl)
            # The service tells cases apart, and purls do not: it is asked by the name that the source writes.
            spelled = component.name if normalise_name(who.ecosystem, component.name) == who.name else full
            if who.family in _BY_SOURCE:
                spelled = who.name
            secret = is_internal(internal, (full, who.name, component.name), component.purl)
            if secret or component.origin is not Origin.REGISTRY or foreign_host(component) is not None:
                kept[who.ecosystem, spelled] = who
                if component.origin not in _OURS:
                    missed.add(who.family)
            else:
                asked[who.ecosystem, spelled] = who
    # What is kept once is kept: another file may list the same package without saying where it is from.
    own = set(kept.values())
    return Choice(sorted(name for name, who in asked.items() if who not in own), sorted(kept), missed)


def _ask(wish: Wish, choice: Choice, directory: Path, scratch: Path, now: datetime) -> Answers:
    # Imported here: only who goes online pays for it.
    from scanner.feeds.osv_api import BATCH, Api
    from scanner.intel.online_cache import Cache

    problems: list[Problem] = []
    if choice.missed:
        problems.append(
            Problem(
                where=address(wish.url),
                what="names were kept to ourselves: only the feeds on the disk know about them",
                hint="pratique intel sync",
                harmless=all(any(directory.glob(f"*/{slug(family)}.sqlite")) for family in choice.missed),
            )
        )
    if len(choice.asked) > MAX_NAMES:
        problems.append(
            Problem(where=address(wish.url), what=f"{len(choice.asked)} names: the first {MAX_NAMES} are asked about")
        )
    wanted = choice.asked[:MAX_NAMES]
    server = address(wish.url)
    cache = Cache(directory, server, now)
    try:
        known = cache.answers(wanted)
        fresh = [name for name in wanted if name not in known]
        asked = Asked(
            url=server,
            sent=tuple(f"{ecosystem}/{name}" for ecosystem, name in fresh),
            known=len(known),
            withheld=tuple(f"{ecosystem}/{name}" for ecosystem, name in choice.kept),
        )
        wish.announce(asked)
        new: dict[Name, dict[str, str]] = {}
        records: dict[str, bytes] = {}
        times: dict[str, str] = {}
        try:
            api = Api(wish.url)
            for begin in range(0, len(fresh), BATCH):
                new |= api.query(fresh[begin : begin + BATCH])
            times = {id_: time for ids in (*known.values(), *new.values()) for id_, time in ids.items()}
            if len(times) > MAX_RECORDS:
                raise InputError(f"{len(times)} records", where=server, hint=f"at most {MAX_RECORDS} are fetched")
            records = cache.records(times)
            fetched = _fetched(api.record, [id_ for id_ in times if id_ not in records])
            cache.keep(new, fetched, times)
            records |= fetched
            lost = len(times) - len(records)
            if lost:
                problems.append(Problem(where=server, what=f"{lost} records that it names are not there"))
            _build(scratch, records, _families(wanted), server, now, problems)
        except PratiqueError as error:
            problems.append(Problem(where=error.where or server, what=error.what, hint=error.hint))
    finally:
        cache.close()
    return Answers(
        directory=scratch,
        asked=msgspec.structs.replace(asked, records=len(records)),
        problems=tuple(problems),
    )


def _families(names: Collection[Name]) -> set[str]:
    return {ecosystem.partition(":")[0] for ecosystem, _ in names}


def _fetched(fetch: Callable[[str], bytes | None], ids: list[str]) -> dict[str, bytes]:
    with ThreadPoolExecutor(_WORKERS) as pool:
        try:
            return {id_: data for id_, data in zip(ids, pool.map(fetch, ids), strict=True) if data is not None}
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _build(
    scratch: Path, records: Mapping[str, bytes], families: set[str], server: str, now: datetime, problems: list[Problem]
) -> None:
    """A feed for each ecosystem that was asked about, be it that nothing is known there."""
    from scanner.feeds import osv
    from scanner.intel import build, publish
    from scanner.model.advisory import Advisory

    by_family: dict[str, list[Advisory]] = {family: [] for family in sorted(families)}
    for id_, data in records.items():
        try:
            advisory = osv.parse(data, where=id_)
            if advisory.id != id_:
                raise InputError(f"holds another record, {advisory.id}", where=id_)
        except InputError as error:
            problems.append(Problem(where=error.where or id_, what=error.what, hint=error.hint))
            continue
        for family in {affected.identity.family for affected in advisory.affected} & families:
            by_family[family].append(advisory)
    for family, advisories in by_family.items():
        path = scratch / "online" / f"{slug(family)}.sqlite"
        with publish.writing(path):
            build.build(path, advisories, build.Facts(family=family, source=server, fetched=now))
