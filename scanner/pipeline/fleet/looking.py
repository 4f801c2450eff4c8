"""One look at one target: nothing where nothing changed, only matching where the intelligence did, else all of it.

Whatever is wrong with the target ends here: it is noted in the store, told, and no other target hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

import scanner
from scanner.errors import InputError, PratiqueError
from scanner.fleet.store import StaleLeaseError, Store, StoreError, StoreGoneError
from scanner.fleet.store.values import Covered, Held, Lease, Question, Recorded, Snapshot, Target
from scanner.model.component import Problem
from scanner.model.finding import Finding
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.model.report import Report, Verdict
from scanner.pipeline import scan
from scanner.pipeline.fleet import addresses, leasing, limits, remotes, ruled, sources, standing
from scanner.pipeline.fleet.ruled import Rules
from scanner.pipeline.fleet.sources import Seen
from scanner.policy import verdict as verdicts
from scanner.policy.gate import Gate
from scanner.targets import git_layout, git_refs
from scanner.targets.git_objects import Repository, open_repository

_LEFT_OUT = Problem(
    where="fleet",
    what="components only: the code of packages is not judged, and files are not searched for a campaign's traces",
    hint="pratique scan does both",
    harmless=True,
)
_MOST_PROBLEMS = 1000
"""Of one look, that are kept."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What every look needs to know. It is handed to other processes."""

    intel_directory: Path
    intelligence: str
    """The name of what is known."""
    copies: Path
    seconds: float = 600
    """That one target may take."""
    most_bytes: int = 1_000_000_000
    """That the copy of one repository may take."""
    now: Callable[[], datetime]
    environ: Mapping[str, str]
    home: Path
    rules: Rules = Rules()
    """Policies and VEX. `intelligence` is named after them, too."""

    def scan(self) -> scan.Settings:
        """The same, as a scan wants it."""
        plain = scan.Settings(
            intel_directory=self.intel_directory, now=self.now, environ=self.environ, home=self.home, code=False
        )
        return ruled.under(plain, self.rules)


class Did(StrEnum):
    READ = "read"
    MATCHED = "matched"
    """The target is as it was, and what is known is not."""
    UNCHANGED = "unchanged"
    HELD = "held"
    """Somebody else is looking at it just now."""
    FAILED = "failed"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a look."""

    target: int
    address: str
    did: Did
    verdict: Verdict = Verdict.INCOMPLETE
    status: int = 3
    """As of a scan of this target."""
    components: int = 0
    introduced: int = 0
    gone: int = 0
    reopened: int = 0
    silenced: int = 0
    """Findings that are there, and that somebody set aside."""
    why: str = ""
    """What failed."""
    seconds: float = 0
    """That it took, as far as somebody measured."""
    died: bool = False
    """Whoever looked is gone."""


def look(store: Store, id_: int, settings: Settings, tell: Callable[[Lease], None] = lambda _: None) -> Looked:
    """Look at a target and record what is there. Raises nothing but what is a bug of ours.

    `tell` hears of the lease, so that somebody renews it while this takes long.
    """
    try:
        target = store.target(id_)
    except PratiqueError as error:  # removed meanwhile, or the store is out of reach
        return Looked(target=id_, address=f"target {id_}", did=Did.FAILED, why=str(error))
    with limits.terminated_later():
        try:
            held = leasing.take(store, target, now=settings.now())
        except StoreError as error:
            return Looked(target=id_, address=target.address, did=Did.FAILED, why=str(error))
        if held is None:
            return _held(target)
        try:
            tell(held)
            with limits.terminated_now():
                return _within_limits(store, target, held, settings)
        finally:
            with suppress(StoreError):
                store.release(held)


def _within_limits(store: Store, target: Target, held: Lease, settings: Settings) -> Looked:
    try:
        with limits.at_most(settings.seconds):
            return _looked_at(store, target, held, settings)
    except StaleLeaseError:
        return _held(target)
    except StoreGoneError as error:  # no fault of the target
        return Looked(target=target.id, address=target.address, did=Did.FAILED, why=str(error))
    except limits.OutOfTimeError:
        why = f"it took longer than {settings.seconds:g} seconds (--timeout)"
    except PratiqueError as error:
        why = str(error).removeprefix(f"{target.address}: ")  # whoever tells it names the target
    except Exception as error:  # the boundary between targets: one that trips us must not hide the others
        why = f"a bug of ours, please report it: {type(error).__name__}: {error}"
    leasing.failed(store, target, held, why, now=settings.now())
    return Looked(target=target.id, address=target.address, did=Did.FAILED, why=why)


def _held(target: Target) -> Looked:
    return Looked(target=target.id, address=target.address, did=Did.HELD, status=0)


def _looked_at(store: Store, target: Target, held: Lease, settings: Settings) -> Looked:
    match target.kind:
        case addresses.GIT:
            return _here(store, target, held, settings)
        case addresses.REMOTE:
            return _elsewhere(store, target, held, settings)
        case addresses.FOLDER | addresses.SBOM:
            path = Path(target.address)
            if not path.exists():
                raise InputError("it is not there any more", where=path, hint=f"pratique fleet remove {target.id}")
            revision = sources.files_digest(path)
            return _decided(store, target, held, settings, revision, lambda: sources.of_files(path))
        case addresses.DROP:
            return _dropped(store, target, held, settings)
        case other:
            raise InputError(f"targets of kind {other!r} are not looked at", where=target.address)


def _here(store: Store, target: Target, held: Lease, settings: Settings) -> Looked:
    layout = git_layout.find(Path(target.address))
    head = git_refs.read(layout).named("HEAD")
    if head is not None and head == target.revision and _is_enough(target, settings):
        return _decided(store, target, held, settings, head, _never)
    with open_repository(Path(target.address)) as repository:
        commit = repository.resolve("HEAD")
        return _decided(
            store, target, held, settings, commit, lambda: _of_commit(repository, commit, lambda _: None, settings)
        )


def _elsewhere(store: Store, target: Target, held: Lease, settings: Settings) -> Looked:
    remote = remotes.Remote(target.address, settings.copies, settings.environ, most_bytes=settings.most_bytes)
    head = remote.head()
    if head == target.revision and _is_enough(target, settings):
        return _decided(store, target, held, settings, head, _never)
    with remote.copy() as copy, open_repository(copy) as repository:
        commit = repository.peel(remotes.tip(copy))

        def fetch(blobs: Iterable[str]) -> None:
            remote.blobs({blob for blob in blobs if not sources.is_here(repository, blob)})

        return _decided(store, target, held, settings, commit, lambda: _of_commit(repository, commit, fetch, settings))


def _dropped(store: Store, target: Target, held: Lease, settings: Settings) -> Looked:
    # Imported here: a fleet of repositories needs no client.
    from scanner.pipeline.fleet import drops

    with drops.fetched(
        target.address,
        target.revision if _is_enough(target, settings) else None,
        folder=settings.copies,
        most_bytes=settings.most_bytes,
        environ=settings.environ,
        now=settings.now,
    ) as found:
        path = found.path
        read = _never if path is None else lambda: sources.of_files(path)
        return _decided(store, target, held, settings, found.revision, read)


def _is_enough(target: Target, settings: Settings) -> bool:
    """Whether what the store has of an unchanged target is all that is needed."""
    known = target.intelligence == settings.intelligence
    return target.tool == scanner.__version__ and (known or not settings.rules.rereads)


def _of_commit(repository: Repository, commit: str, fetch: sources.Fetch, settings: Settings) -> Seen:
    seen = sources.of_commit(repository, commit, fetch)
    if not settings.rules.repositories:
        return seen
    policy = ruled.of_commit(repository, commit, fetch, now=settings.now())
    if not isinstance(policy, Problem):
        return msgspec.structs.replace(seen, policy=policy)
    inventory = msgspec.structs.replace(seen.inventory, problems=(*seen.inventory.problems, policy))
    return msgspec.structs.replace(seen, inventory=inventory)


def _never() -> Seen:
    raise AssertionError("a target that has not changed is not read")


def _decided(
    store: Store, target: Target, held: Lease, settings: Settings, revision: str, read: Callable[[], Seen]
) -> Looked:
    """Skip, match or read: by what has changed since the last snapshot."""
    now = settings.now()
    same = target.revision == revision and target.tool == scanner.__version__
    if same and target.intelligence == settings.intelligence:
        empty = _snapshot(revision, now, settings, (), (), Covered(complete=True))
        store.record(held, empty)  # notes only that somebody looked
        stands = standing.of(store, target, now=now, gate=settings.scan().gate)
        assert stands is not None
        return Looked(
            target=target.id, address=target.address, did=Did.UNCHANGED, verdict=stands.verdict,
            status=stands.status, components=stands.components, silenced=stands.silenced,
        )  # fmt: skip
    matched = same and not settings.rules.rereads
    seen = _known(store, target) if matched else read()
    report = _checked(seen, target, settings, now)
    findings = report.findings
    if matched:
        findings = _with_places(store, target, findings)
    snapshot = _snapshot(revision, now, settings, seen.held, findings, _covered(report))
    recorded = store.record(held, msgspec.structs.replace(snapshot, unread=seen.unread))
    report = _judged(report, standing.silenced(store, target, report.findings, now=now), settings.scan().gate)
    return _looked(store, target, Did.MATCHED if matched else Did.READ, report, recorded)


def _judged(report: Report, findings: tuple[Finding, ...], gate: Gate) -> Report:
    """The report, with what was decided on its findings."""
    if findings == report.findings:
        return report
    status, reasons = verdicts.exit_status(findings, report.coverage, gate)
    verdict = verdicts.verdict(findings, report.coverage)
    return msgspec.structs.replace(report, findings=findings, verdict=verdict, exit_code=status, reasons=reasons)


def _known(store: Store, target: Target) -> Seen:
    """The target as the store has it: nothing is read, and what could not be read is still told."""
    held = store.inventory(target.id)
    last = store.snapshots(target.id, limit=1)[0].coverage
    readings = tuple(
        Reading(
            path=one.path,
            reader=one.reader.rpartition("/")[0],
            status=ReadStatus.READ,
            components=one.components or (),
        )
        for one in held
    )
    problems = tuple(problem for problem in last.problems if problem != _LEFT_OUT)
    return Seen(inventory=Inventory(readings=readings, problems=problems), held=held, unread=frozenset())


def _with_places(store: Store, target: Target, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Lines and dependency paths are told by files alone: what was found before keeps those that were seen then."""
    before = {one.finding.id: one.finding for one in standing.findings_of(store, Question(target=target.id))}
    return tuple(
        one
        if (old := before.get(one.id)) is None
        else msgspec.structs.replace(
            one, component=old.component, evidence=old.evidence, introduced_through=old.introduced_through
        )
        for one in findings
    )


def _checked(seen: Seen, target: Target, settings: Settings, now: datetime) -> Report:
    how = settings.scan()
    report = scan.check(seen.inventory, how, target=target.address, started=now, decide=False)
    whole = report.coverage.complete
    findings = ruled.decide(report.findings, how, seen.policy, seen.inventory, now=now, whole=whole)
    return _judged(report, findings, how.gate)


def _covered(report: Report) -> Covered:
    coverage = report.coverage
    return Covered(
        complete=coverage.complete,
        read=coverage.components_read,
        checked=coverage.components_checked,
        problems=(*_bounded(coverage.problems), _LEFT_OUT),
    )


def _bounded(problems: Sequence[Problem]) -> Sequence[Problem]:
    """The first of them, the grave before the harmless: a tree of a million links must not weigh on all who ask."""
    if len(problems) <= _MOST_PROBLEMS:
        return problems
    ordered = sorted(problems, key=lambda one: one.harmless)
    kept, rest = ordered[: _MOST_PROBLEMS - 1], ordered[_MOST_PROBLEMS - 1 :]
    more = Problem(
        where=rest[0].where, what=f"and {len(rest):,} more like these", hint="pratique scan tells all",
        harmless=rest[0].harmless,
    )  # fmt: skip
    return *kept, more


def _snapshot(
    revision: str,
    now: datetime,
    settings: Settings,
    held: tuple[Held, ...],
    findings: tuple[Finding, ...],
    covered: Covered,
) -> Snapshot:
    return Snapshot(
        revision=revision,
        taken=now,
        tool=scanner.__version__,
        intelligence=settings.intelligence,
        sources=held,
        findings=findings,
        coverage=covered,
    )


def _looked(store: Store, target: Target, did: Did, report: Report, recorded: Recorded) -> Looked:
    """Near misses come and go with every version, and are no news; one that is a hit by now is new to everybody."""
    told = {one.id for one in standing.told(report.findings)}
    gone = set(recorded.gone)
    if gone:
        past = standing.findings_of(store, Question(target=target.id, open=False))
        gone &= {one.id for one in standing.told(one.finding for one in past)}
    return Looked(
        target=target.id,
        address=target.address,
        did=did,
        verdict=report.verdict,
        status=report.exit_code,
        components=report.coverage.components_read,
        introduced=len(told.intersection((*recorded.introduced, *recorded.surer))),
        gone=len(gone),
        reopened=len(told.intersection(recorded.reopened)),
        silenced=sum(one.suppressed is not None for one in report.findings),
    )
