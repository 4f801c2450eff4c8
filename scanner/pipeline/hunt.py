"""hunt: anyone's indicator lists × what targets ship → hits, near misses, and where we looked.

A hunt looks for few things in very many files, so that of each file only what the sieve lets through is kept. Sources
with a hit are read once more, whole: paths and lines are made for them alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner import matching
from scanner.intel import indicators
from scanner.intel import store as intel_store
from scanner.matching import Knowledge, sieve
from scanner.matching.sieve import Sieve
from scanner.model.campaign import Campaign, IndicatorType
from scanner.model.component import Component, Problem
from scanner.model.finding import Finding, FindingClass, State
from scanner.model.hunting import Hunt, ListState
from scanner.model.inventory import Inventory, Reading
from scanner.model.listing import ListReading
from scanner.model.report import Coverage, FileState, Report, Verdict
from scanner.parsers import Parser
from scanner.parsers.source import Source
from scanner.pipeline import inventory as inventories
from scanner.pipeline import inventory_cache, rulebook
from scanner.pipeline.hunt_lists import Lists
from scanner.pipeline.inventory_cache import Cache
from scanner.registries import hosts

_MOST_WHOLE = 200
"""Sources with a hit that are read once more for their graph: in others, a hit is told without its path."""
_ASKED = frozenset(
    (IndicatorType.PACKAGE, IndicatorType.DIGEST, IndicatorType.DOMAIN, IndicatorType.IP, IndicatorType.URL,
     IndicatorType.REPOSITORY, IndicatorType.COMMIT, IndicatorType.PRODUCT)
)  # fmt: skip
"""Types that are looked for in components."""
_HIT = (State.CERTAIN, State.POSSIBLE)
# Kinds of component that a name and version would identify, had anybody written a package URL.
_PACKAGES = frozenset(("library", "framework", "application"))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a hunt needs to know beside lists and targets."""

    cache: Cache | None = None
    with_campaigns: bool = False
    """Look for the campaigns that travel with pratique, too."""
    intel_directory: Path
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    progress: inventories.Progress = lambda _: None
    environ: Mapping[str, str] = os.environ
    home: Path = Path.home()


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
        catch = _Catch(Sieve(knowledge, shared=hosts.official), settings.cache)
        inventory = inventories.read(targets, progress=settings.progress, parse=catch)
        if settings.cache is not None:
            settings.cache.prune()
        settings.progress("matching")
        refused: list[Problem] = []
        if catch.sieve.refused:
            feeds, refused = _without(feeds, lists.readings, catch.sieve.refused)
            for _, feed in feeds:
                open_stores.enter_context(feed)
            knowledge = Knowledge(advisories=none, indicators=tuple(feeds))
        findings = _findings(inventory, knowledge, settings)
    return _told(lists, targets, inventory, findings, refused, catch, started, settings)


class _Catch:
    """Stands in for the parsing of each source: keeps what the sieve lets through, and counts the rest."""

    def __init__(self, sieve_: Sieve, cache: Cache | None) -> None:
        self.sieve = sieve_
        self._cache = cache
        self.components = self.nameless = self.remembered = 0
        self.counts: dict[str, int] = {}
        """Source → its components."""

    def __call__(self, parser: Parser, source: Source, again: Callable[[], bytes]) -> Reading:
        known = None if self._cache is None else self._cache.find(parser, source)
        if known is not None:
            self.remembered += 1
            self._count(source.path, known.count, known.nameless)
            return Reading(
                path=source.path,
                reader=known.reader,
                status=known.status,
                components=known.some(self.sieve.keep(known.traits), source.path),
                problems=tuple(_moved(one, known.path, source.path) for one in known.problems),
                reason=known.reason,
                again=again,
            )
        recorder = inventory_cache.Recorder(source)
        reading = inventories.parse_source(parser, recorder.source(), again)
        components = tuple(matching.shipped(Inventory(readings=(reading,))))
        traits = sieve.traits(components)
        nameless = sum(_is_nameless(one, reading) for one in components)
        if self._cache is not None:
            entry = inventory_cache.remember(reading, components, traits, nameless, recorder.asked)
            self._cache.keep(parser, source, entry)
        self._count(source.path, len(components), nameless)
        kept = tuple(components[place] for place in self.sieve.keep(traits))
        return msgspec.structs.replace(reading, components=kept, subject=None, subject_parts=(), graph=None)

    def _count(self, path: str, components: int, nameless: int) -> None:
        self.components += components
        self.nameless += nameless
        self.counts[path] = components


def _moved(problem: Problem, old: str, new: str) -> Problem:
    return (
        problem
        if old == new
        else msgspec.structs.replace(problem, where=inventory_cache.moved(problem.where, old, new))
    )


def _is_nameless(component: Component, reading: Reading) -> bool:
    return (
        component.purl is None
        and component.role in _PACKAGES
        and not (reading.subject is not None and reading.subject.ref == component.ref)
    )


def _findings(inventory: Inventory, knowledge: Knowledge, settings: Settings) -> tuple[Finding, ...]:
    """Match what was kept; then the sources with a hit again, whole, for the paths that lead to it."""
    foreign_host = hosts.foreign_host(settings.environ, settings.home)
    outcome = matching.match(inventory, knowledge, foreign_host=foreign_host, located=inventories.lines)
    hit = {
        evidence.location.path.partition("!/")[0]
        for finding in outcome.findings
        if finding.state in _HIT
        for evidence in finding.evidence
    }
    if not hit:
        return outcome.findings
    whole = 0
    readings: list[Reading] = []
    for reading in inventory.readings:
        if reading.path in hit and reading.components and whole < _MOST_WHOLE:
            settings.progress(reading.path)
            whole += 1
            readings.append(_with_graph(reading))
        else:
            readings.append(reading)
    inventory = msgspec.structs.replace(inventory, readings=tuple(readings))
    return matching.match(inventory, knowledge, foreign_host=foreign_host, located=inventories.lines).findings


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


def _told(
    lists: Lists,
    targets: Sequence[Path],
    inventory: Inventory,
    findings: tuple[Finding, ...],
    refused: Sequence[Problem],
    catch: _Catch,
    started: datetime,
    settings: Settings,
) -> Hunt:
    types = Counter(one.type.value for reading in lists.readings for one in reading.indicators)
    not_looked_for = {type_: count for type_, count in sorted(types.items()) if IndicatorType(type_) not in _ASKED}
    problems = (
        *lists.problems,
        *(problem for reading in lists.readings for problem in reading.problems),
        *refused,
        *inventory.problems,
        *(problem for reading in inventory.readings for problem in reading.problems),
    )
    hits = [one for one in findings if one.class_ is FindingClass.COMPROMISE and one.state in _HIT]
    lost = [problem for problem in problems if not problem.harmless]
    named = types.get(IndicatorType.PACKAGE.value, 0) > 0
    code, reasons = 0, []
    if hits:
        code = 1
        reasons.append(f"{len(hits)} of what the lists name {'is' if len(hits) == 1 else 'are'} here")
    if lost:
        reasons.append(f"{len(lost)} problem{'' if len(lost) == 1 else 's'}: not understood, or not read")
    if catch.nameless and named:
        reasons.append(f"{catch.nameless} components without a package URL could not be compared by name")
    if not_looked_for:
        reasons.append(f"{sum(not_looked_for.values())} indicators are of types that are not looked for")
    code = code or (3 if reasons else 0)
    verdict = Verdict.COMPROMISED if hits else Verdict.INCOMPLETE if code else Verdict.CLEAR
    return Hunt(
        report=Report(
            target=", ".join(path.as_posix() for path in targets),
            base=None,
            started=_rfc3339(started),
            finished=_rfc3339(settings.now()),
            verdict=verdict,
            exit_code=code,
            reasons=tuple(reasons),
            findings=findings,
            coverage=Coverage(
                files=tuple(_file(reading, catch) for reading in inventory.readings),
                components_read=catch.components,
                components_checked=catch.components - (catch.nameless if named else 0),
                unmatchable=(),
                feeds=(),
                problems=problems,
            ),
        ),
        lists=tuple(state(reading) for reading in lists.readings),
        not_looked_for=not_looked_for,
        nameless=catch.nameless if named else 0,
        remembered=catch.remembered,
    )


def state(reading: ListReading) -> ListState:
    """What reports say about a list."""
    return ListState(
        id=reading.id,
        name=reading.name,
        kind=reading.kind,
        title=reading.title,
        lines=reading.total,
        understood=reading.understood,
        not_understood=reading.not_understood,
        comments=reading.comments,
        indicators=dict(Counter(one.type.value for one in reading.indicators).most_common()),
    )


def _file(reading: Reading, catch: _Catch) -> FileState:
    return FileState(
        path=reading.path,
        reader=reading.reader,
        status=reading.status,
        components=catch.counts.get(reading.path, 0),
        reason=reading.reason,
    )


def _rfc3339(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
