"""scan: a target → its inventory, matched with what is known → the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner import matching
from scanner.intel import store as intel_store
from scanner.matching import ForeignHost, Knowledge, Outcome
from scanner.matching.files.sign import FileSigns
from scanner.model import ecosystem
from scanner.model.component import Problem
from scanner.model.inventory import Inventory
from scanner.model.moment import rfc3339
from scanner.model.online import Answers, Asked, Wish
from scanner.model.report import CodeState, Coverage, FeedState, FileState, Report
from scanner.pipeline import added, files, local, packed, policed, rulebook
from scanner.pipeline import inventory as inventories
from scanner.pipeline.files import Content, Searched
from scanner.pipeline.told import Told
from scanner.policy import gate as gates
from scanner.policy import verdict as verdicts
from scanner.policy.gate import Gate
from scanner.policy.rules import Policy
from scanner.policy.sections import Overrides


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan needs to know beside its target."""

    intel_directory: Path
    gate: Gate = gates.DEFAULT
    max_age: float = intel_store.DEFAULT_MAX_AGE
    """Days after which a feed is stale."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    progress: inventories.Progress = lambda _: None
    environ: Mapping[str, str] = os.environ
    home: Path = msgspec.field(default_factory=Path.home)
    online: Wish | None = None
    """Ask a service on the network too; `None` where no connection may be opened."""
    code: bool = True
    """Judge the code of others that lies in the target."""
    code_limit: int = 8_000_000
    """Bytes of packages without a release that are parsed for rules, at most."""
    pristine: tuple[Path, ...] = ()
    """Folders with releases, as files, that vendored code is compared with once a digest confirms them."""
    keep_inventory: bool = False
    """Some report lists every component: keep what was read."""
    policy: Policy | None = None
    overrides: Overrides = Overrides()
    """What the command line says on matters of the policy."""
    below: str = ""
    """What the report's paths lack to be the policy's: the folder of the target in its repository, with a `/`."""
    left_alone: tuple[str, ...] = ()
    """Policies that lie in the target and are not obeyed."""
    vex: tuple[policed.Vex, ...] = ()


def scan(paths: Sequence[Path], settings: Settings) -> Report:
    """Read everything that the paths ship, check it, and give a verdict. Opens no connection unless `online` is set."""
    started = settings.now()
    inventory = inventories.read(paths, progress=settings.progress)
    trees = packed.roots(paths, inventory)
    lying = policed.lying(paths, None if settings.policy is None else settings.policy.file)
    settings = msgspec.structs.replace(settings, left_alone=lying)
    target = ", ".join(path.as_posix() for path in paths)
    return check(inventory, settings, target=target, started=started, trees=trees)


def check(
    inventory: Inventory,
    settings: Settings,
    *,
    target: str,
    started: datetime,
    ecosystems: frozenset[str] = frozenset(),
    trees: Sequence[tuple[Path, str]] = (),
    contents: Sequence[Content] = (),
    signs: Sequence[FileSigns] = (),
    decide: bool = True,
) -> Report:
    """Match what was read with what is known, and judge. `ecosystems`: those whose feeds count beside its own.

    `trees` are folders and archives whose files are searched as well, each with what its paths begin with in the
    report; `contents` are single ones; `signs` were met in files elsewhere. `decide`: suppress what policy and VEX say;
    otherwise the caller does.
    """
    settings = policed.under(settings)
    settings.progress("matching")
    foreign_host = policed.foreign_host(settings)
    with (
        _online(inventory, settings, foreign_host, started) as answers,
        intel_store.open_store(
            settings.intel_directory, now=started, max_age=settings.max_age, beside=answers.directory
        ) as advisories,
        rulebook.open_campaigns(rulebook.directory(), settings.intel_directory) as campaigns,
        added.opened(settings.intel_directory, now=started, max_age=settings.max_age) as lists,
    ):
        knowledge = Knowledge(advisories=advisories, indicators=((rulebook.FEED, campaigns), *lists.stores))
        sources = frozenset(reading.path for reading in inventory.readings)
        searched = files.search(
            trees,
            knowledge,
            contents=contents,
            sources=sources,
            further=policed.vendored(settings),
            progress=settings.progress,
        )
        outcome = matching.match(
            inventory,
            knowledge,
            foreign_host=foreign_host,
            located=inventories.lines,
            searched=(*searched.signs, *signs),
        )
        feeds = (
            rulebook.state(rulebook.FEED, campaigns.count()[1]),
            *lists.states,
            *expected(advisories.feeds(), outcome.ecosystems | ecosystems),
        )
        present = advisories.feeds()
    judged = local.judge(
        outcome.findings,
        settings.intel_directory,
        now=started,
        max_age=settings.max_age,
        kev_needed=policed.kev_needed(settings),
    )
    outcome = msgspec.structs.replace(outcome, findings=judged.findings)
    told = _code(searched, inventory, settings)
    feeds = (*feeds, *judged.feeds)
    feeds = (*feeds, *policed.needed(settings, feeds, present))
    problems = (*answers.problems, *judged.problems, *told.problems)
    coverage = _coverage(inventory, searched, outcome, feeds, problems, answers.asked, told.state)
    findings = (*outcome.findings, *told.findings)
    decided = policed.Decided(findings=findings)
    if decide:
        decided = policed.decide(findings, settings, inventory, started=started, whole=coverage.complete)
    findings = decided.findings
    status, reasons = verdicts.exit_status(findings, coverage, settings.gate)
    return Report(
        target=target,
        base=None,
        started=rfc3339(started),
        finished=rfc3339(settings.now()),
        verdict=verdicts.verdict(findings, coverage),
        exit_code=status,
        reasons=reasons,
        closing=verdicts.closing(findings, settings.gate),
        findings=findings,
        coverage=coverage,
        inventory=inventory if settings.keep_inventory else None,
        policy=decided.policy,
        vex=decided.vex,
    )


def _code(searched: Searched, inventory: Inventory, settings: Settings) -> Told:
    """What the code of others in the target is found to be; a target without any costs nothing."""
    if not searched.with_vendored:
        return Told()
    if not settings.code:
        return Told(state=CodeState(packages=0, switched_off=True))
    # Imported here: the judgement of code is half of the program.
    from scanner.pipeline import code

    return code.of_scan(searched.with_vendored, inventory, settings)


def _online(
    inventory: Inventory, settings: Settings, foreign_host: ForeignHost, now: datetime
) -> AbstractContextManager[Answers]:
    if settings.online is None:
        return nullcontext(Answers())
    # Imported here: only who goes online pays for it.
    from scanner.pipeline import online

    return online.answers(settings.online, inventory, settings.intel_directory, foreign_host=foreign_host, now=now)


def _coverage(
    inventory: Inventory,
    searched: Searched,
    outcome: Outcome,
    feeds: tuple[FeedState, ...],
    problems: tuple[Problem, ...],
    asked: Asked | None,
    code: CodeState | None,
) -> Coverage:
    told = [*inventory.problems, *(problem for reading in inventory.readings for problem in reading.problems)]
    # What the readers lost is told by them already, and whoever walks a tree twice stumbles twice.
    known = {problem.where for problem in told}
    return Coverage(
        files=tuple(
            FileState(
                path=reading.path,
                reader=reading.reader,
                status=reading.status,
                components=len(reading.components),
                reason=reading.reason,
            )
            for reading in inventory.readings
        ),
        components_read=outcome.read,
        components_checked=outcome.checked,
        unmatchable=outcome.unmatchable,
        feeds=feeds,
        problems=(*problems, *told, *(problem for problem in searched.problems if problem.where not in known)),
        files_searched=searched.files,
        bytes_searched=searched.bytes,
        online=asked,
        code=code,
    )


def expected(present: Sequence[FeedState], ecosystems: frozenset[str]) -> list[FeedState]:
    """The feeds that this inventory needs: those at hand, and those that are missing. Others are not its business."""
    needed = {ecosystem.slug(family): family for family in ecosystems if family in ecosystem.ECOSYSTEMS}
    served = {feed.name.partition("/")[2] for feed in present}
    used = [feed for feed in present if feed.name.partition("/")[2] in needed or feed.status == "broken"]
    return [*used, *(_missing(f"osv/{name}") for name in sorted(needed.keys() - served))]


def _missing(name: str) -> FeedState:
    return FeedState(name=name, records=0, newest=None, fetched=None, age_hours=None, status="missing")
