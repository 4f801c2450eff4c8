"""hunt: anyone's indicator lists × what targets ship → hits, near misses, and where we looked.

A hunt looks for few things in very many files, so that of each file only what the sieve lets through is kept. Sources
with a hit are read once more, whole: paths and lines are made for them alone. All files of a folder are searched only
where a list names something that stands in files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner import matching
from scanner.intel import indicators
from scanner.intel import store as intel_store
from scanner.matching import Knowledge
from scanner.matching.sieve import Sieve
from scanner.model.campaign import Campaign, IndicatorType
from scanner.model.component import Problem
from scanner.model.finding import Finding, FindingClass
from scanner.model.hunting import Hunt
from scanner.model.inventory import Inventory, Reading
from scanner.model.listing import ListReading
from scanner.parsers.source import Source
from scanner.pipeline import files, packed, rulebook
from scanner.pipeline import inventory as inventories
from scanner.pipeline.files import Searched
from scanner.pipeline.hunt_catch import Catch
from scanner.pipeline.hunt_lists import Lists
from scanner.pipeline.hunt_told import HIT, SEARCHED, told
from scanner.pipeline.inventory_cache import Cache
from scanner.registries import hosts

_MOST_WHOLE = 200
"""Sources with a hit that are read once more for their graph: in others, a hit is told without its path."""
# Under these names, too, a domain may be everybody's: its registries' hosts are known by their whole names only.
_HOSTS_BELOW = ("", "registry.", "www.", "files.", "static.", "api.", "index.", "repo1.", "repo.", "cdn.", "proxy.")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a hunt needs to know beside lists and targets."""

    cache: Cache | None = None
    search_files: bool = True
    """Search all files of folders for what may stand in them."""
    with_campaigns: bool = False
    """Look for the campaigns that travel with pratique, too."""
    intel_directory: Path
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    progress: inventories.Progress = lambda _: None
    environ: Mapping[str, str] = os.environ
    home: Path = msgspec.field(default_factory=Path.home)


def hunt(lists: Lists, targets: Sequence[Path], settings: Settings) -> Hunt:
    """Look for everything that the lists name in everything that the targets ship. Opens no connection."""
    started = settings.now()
    with ExitStack() as open_stores:
        none = open_stores.enter_context(intel_store.Store(()))
        feeds = [(reading.name, indicators.build([reading.campaign()], None, digest="")) for reading in lists.readings]
        if settings.with_campaigns:
            directory = settings.intel_directory
            feeds.append((rulebook.FEED, rulebook.open_campaigns(rulebook.directory(), directory)))
        for _, feed in feeds:
            open_stores.enter_context(feed)
        knowledge = Knowledge(advisories=none, indicators=tuple(feeds))
        catch = Catch(Sieve(knowledge, shared=hosts.official), settings.cache)
        inventory = inventories.read(targets, progress=settings.progress, parse=catch)
        if settings.cache is not None:
            settings.cache.prune()
        settings.progress("matching")
        refused: list[Problem] = []
        shared = catch.sieve.refused | set(filter(is_everybodys, knowledge.keys(IndicatorType.DOMAIN)))
        if shared:
            feeds, refused = _without(feeds, lists.readings, shared)
            for _, feed in feeds:
                open_stores.enter_context(feed)
            knowledge = Knowledge(advisories=none, indicators=tuple(feeds))
        searched = _searched(targets, lists.readings, inventory, knowledge, settings)
        findings = _findings(inventory, searched, knowledge, settings)
    return told(lists, targets, inventory, searched, findings, refused, catch, began=started, ended=settings.now())


def is_everybodys(domain: str) -> bool:
    return any(hosts.official(below + domain) for below in (_HOSTS_BELOW if domain.count(".") == 1 else ("",)))


def _searched(
    targets: Sequence[Path],
    lists: Sequence[ListReading],
    inventory: Inventory,
    knowledge: Knowledge,
    settings: Settings,
) -> Searched:
    """What stands in the files of the folders, but for the lists themselves."""
    if not settings.search_files or not any(knowledge.keys(type_) for type_ in SEARCHED):
        return Searched()
    roots = packed.roots(targets, inventory)
    sources = frozenset(reading.path for reading in inventory.readings)
    found = files.search(roots, knowledge, sources=sources, progress=settings.progress)
    own = {Path(reading.name).resolve() for reading in lists}
    places = {prefix: root for root, prefix in roots}

    def is_list(path: str) -> bool:
        return any(
            path.startswith(prefix) and (root / path.removeprefix(prefix).partition("!/")[0]).resolve() in own
            for prefix, root in places.items()
        )

    return msgspec.structs.replace(found, signs=tuple(one for one in found.signs if not is_list(one.path)))


def _findings(
    inventory: Inventory, searched: Searched, knowledge: Knowledge, settings: Settings
) -> tuple[Finding, ...]:
    """Match what was kept; then the sources with a hit again, whole, for the paths that lead to it."""
    foreign_host = hosts.foreign_host(settings.environ, settings.home)

    def matched(inventory: Inventory) -> tuple[Finding, ...]:
        outcome = matching.match(
            inventory, knowledge, foreign_host=foreign_host, located=inventories.lines, searched=searched.signs
        )
        return tuple(one for one in outcome.findings if one.class_ is FindingClass.COMPROMISE)

    findings = matched(inventory)
    hit = {
        evidence.location.path.partition("!/")[0]
        for finding in findings
        if finding.state in HIT and finding.component is not None
        for evidence in finding.evidence
    }
    if not hit:
        return findings
    whole = 0
    readings: list[Reading] = []
    for reading in inventory.readings:
        if reading.path in hit and reading.components and whole < _MOST_WHOLE:
            settings.progress(reading.path)
            whole += 1
            readings.append(_with_graph(reading))
        else:
            readings.append(reading)
    return matched(msgspec.structs.replace(inventory, readings=tuple(readings)))


def _with_graph(reading: Reading) -> Reading:
    """The reading with all of its components and its graph, as far as its file alone gives them."""
    from scanner import parsers
    from scanner.errors import InputError

    try:
        source = Source(path=reading.path, data=reading.again())
    except InputError:  # gone since
        return reading
    full = inventories.parse_source(parsers.by_name(reading.reader), source, reading.again)
    kept = {(one.name, one.version, one.ref) for one in reading.components}
    if full.graph is None or not kept <= {(one.name, one.version, one.ref) for one in full.components}:
        return reading
    return full


def _without(
    feeds: Sequence[tuple[str, indicators.IndicatorStore]], lists: Sequence[ListReading], shared: set[str]
) -> tuple[list[tuple[str, indicators.IndicatorStore]], list[Problem]]:
    """The same knowledge without domains from which everybody's packages come, and a problem for each of them."""
    problems: list[Problem] = []
    kept = list(feeds)
    for place, reading in enumerate(lists):
        lines = {
            number: one.value
            for one, number in zip(reading.indicators, reading.numbers, strict=True)
            if one.type is IndicatorType.DOMAIN and one.value in shared
        }
        if not lines:
            continue
        problems += [
            Problem(where=reading.name, line=number, what=f"{domain} is refused: everybody's packages come from there")
            for number, domain in lines.items()
        ]
        rest = tuple(
            one for one in reading.indicators if one.type is not IndicatorType.DOMAIN or one.value not in shared
        )
        campaign: Campaign = msgspec.structs.replace(reading.campaign(), indicators=rest)
        kept[place] = (reading.name, indicators.build([campaign], None, digest=""))
    return kept, problems
