"""What a policy, and VEX documents, change in a scan: its settings before, its findings after."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scanner.errors import UsageError
from scanner.matching import ForeignHost
from scanner.model.component import Location
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, Standing, State
from scanner.model.inventory import Inventory
from scanner.model.report import FeedState, PolicyEntry, PolicyState, VexState
from scanner.model.vex import VexDocument
from scanner.policy.gate import Gate
from scanner.policy.rules import Policy, Rule
from scanner.registries import hosts
from scanner.targets.vendored_places import Further, nowhere

if TYPE_CHECKING:
    from scanner.pipeline.scan import Settings

_MOST = 64 * 1024 * 1024
ENTRY = "Remove the entry, or decide anew and give it another date."


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Findings with the decisions on them, and where these come from."""

    findings: tuple[Finding, ...]
    policy: PolicyState | None = None
    vex: tuple[VexState, ...] = ()


class Vex(msgspec.Struct, frozen=True, kw_only=True):
    """One document as it was given."""

    document: VexDocument
    digest: str


def given(path: Path, now: datetime) -> Policy:
    """The policy of `--policy FILE`. Raises `UsageError`."""
    from scanner.policy import file

    policy = file.parse(read(path, "--policy"), where=path.as_posix(), today=now.astimezone(UTC).date())
    if policy is None:
        raise UsageError("it holds no [tool.pratique]", where=path)
    return policy


def vex(path: Path) -> Vex:
    """The document of `--vex FILE`. Raises `UsageError` where it is not there, `InputError` where it is none."""
    from scanner.feeds import vex as reader

    data = read(path, "--vex")
    return Vex(document=reader.parse(data, where=path.as_posix()), digest=hashlib.sha256(data).hexdigest())


def lying(paths: Iterable[Path], given: str | None) -> tuple[str, ...]:
    """Policies in the folders that are scanned, but for the one that was given."""
    return tuple(found.as_posix() for path in paths if (found := own(path)) is not None and found.as_posix() != given)


def own(folder: Path) -> Path | None:
    """The policy file of a folder."""
    if not folder.is_dir():
        return None  # a lockfile by itself: what reads policies is not needed
    from scanner.policy.file import MOST_BYTES, NAME, PYPROJECT

    if (found := folder / NAME).is_file():
        return found
    try:
        with (folder / PYPROJECT).open("rb") as opened:
            return folder / PYPROJECT if b"tool.pratique" in opened.read(MOST_BYTES) else None
    except OSError:
        return None


def under(settings: Settings) -> Settings:
    """The settings with what the policy says on them; the command line wins. Twice is as once."""
    from scanner.policy import sections

    policy = settings.policy
    if policy is None:
        return settings
    age = settings.max_age if policy.max_age is None else policy.max_age
    wish = settings.online
    if wish is not None:
        wish = msgspec.structs.replace(wish, internal=tuple(dict.fromkeys((*wish.internal, *policy.internal))))
    return msgspec.structs.replace(
        settings,
        gate=sections.gate(policy, settings.overrides, settings.below),
        max_age=age if settings.overrides.max_age is None else settings.overrides.max_age,
        online=wish,
    )


def foreign_host(settings: Settings) -> ForeignHost:
    """Which host is nobody's: neither a public registry, nor the user's own, nor one that the policy names."""
    named = settings.policy.registries if settings.policy else None
    return hosts.foreign_host(settings.environ, settings.home, named)


def vendored(settings: Settings) -> Further:
    """The folders of others that the policy names."""
    policy, below = settings.policy, settings.below
    if policy is None or not policy.vendored:
        return nowhere
    from scanner.policy import globs

    named = policy.vendored

    def further(path: str) -> int:
        return max((globs.folder(glob, below + path) for glob in named), default=0) - len(below)

    return lambda path: max(further(path), 0)


def kev_needed(settings: Settings) -> bool:
    """Whether some gate rests on the list of exploited vulnerabilities."""
    parts = settings.policy.sections if settings.policy else ()
    return settings.gate.known_exploited or any(section.gate.known_exploited for section in parts)


def needed(settings: Settings, feeds: Sequence[FeedState], present: Iterable[FeedState]) -> tuple[FeedState, ...]:
    """The feeds that the policy asks for beside those that count already; what is not here is missing."""
    if settings.policy is None:
        return ()
    known, at_hand = {feed.name for feed in feeds}, {feed.name: feed for feed in present}
    wanted = [name for name in settings.policy.needed if name not in known]
    return tuple(
        at_hand.get(name)
        or FeedState(name=name, records=0, newest=None, fetched=None, age_hours=None, status="missing")
        for name in wanted
    )


def decide(
    findings: Sequence[Finding],
    settings: Settings,
    inventory: Inventory,
    *,
    started: datetime,
    whole: bool,
    had: Callable[[str], bool] | None = None,
    shared: bool = False,
) -> Decided:
    """Suppress what policy and VEX say.

    `whole`: all of the target was looked at, so that an entry without a finding is one that nobody needs. `had`: with a
    base, whether that path was there before: only such a file may be allowed to run something by itself. `shared`: the
    policy is of many targets: that an entry means nothing in one of them is no news.
    """
    state = PolicyState(left_alone=settings.left_alone) if settings.left_alone else None
    told = tuple(findings)
    if settings.policy is not None:
        told, state = _by_policy(told, settings.policy, settings, started, whole=whole, had=had, shared=shared)
    if not settings.vex:
        return Decided(findings=told, policy=state)
    from scanner.policy import vex as vexes

    subject = vexes.subjects((reading.path, reading.subject) for reading in inventory.readings)
    judged = vexes.judge(told, [one.document for one in settings.vex], subject=subject)
    states = []
    for one in settings.vex:
        document = one.document
        places = {statement.where for statement in document.statements}
        states.append(
            VexState(
                path=document.path,
                format=document.format,
                digest=one.digest,
                statements=len(document.statements),
                used=len(places & judged.used),
                notes=(*(note for note in judged.notes if note.where in places), *document.problems),
            )
        )
    return Decided(findings=judged.findings, policy=state, vex=tuple(states))


def _by_policy(
    findings: tuple[Finding, ...],
    policy: Policy,
    settings: Settings,
    started: datetime,
    *,
    whole: bool,
    had: Callable[[str], bool] | None,
    shared: bool,
) -> tuple[tuple[Finding, ...], PolicyState]:
    from scanner.policy import suppress

    kept = tuple(one for one in findings if not _allowed(one, policy, settings.below, had))
    applied = suppress.apply(kept, policy, today=started.astimezone(UTC).date(), prefix=settings.below)
    expired = [(rule, count) for rule, count in applied.expired if count or not shared]
    entries = [_expired(rule, count, compared=had is not None) for rule, count in expired]
    if whole and had is None and not shared:
        entries += [_unused(rule) for rule in applied.unused]
    state = PolicyState(
        obeyed=((policy.file, policy.digest), *policy.beside),
        left_alone=settings.left_alone,
        suppressed=applied.applied,
        expired=tuple(_entry(rule) for rule, _ in applied.expired),
        unused=() if had is not None else tuple(map(_entry, applied.unused)),
    )
    return (*applied.findings, *entries), state


def _allowed(finding: Finding, policy: Policy, below: str, had: Callable[[str], bool] | None) -> bool:
    """Whether it says no more than that an allowed file makes tools run something."""
    if finding.class_ is not FindingClass.HYGIENE or finding.component is not None or not finding.evidence:
        return False
    from scanner.matching.merge import fingerprint
    from scanner.policy import globs

    path = finding.evidence[0].location.path
    if finding.id != fingerprint((FindingClass.HYGIENE, "autorun", path)):
        return False
    return any(globs.matches(glob, below + path) for glob in policy.autorun) and (had is None or had(path))


def _expired(rule: Rule, count: int, *, compared: bool) -> Finding:
    again = "nothing here" if not count else "1 finding" if count == 1 else f"{count} findings"
    found = _on_entry(rule, "expired", Severity.MEDIUM if count else Severity.LOW,
                      f"a suppression ended on {rule.expires}: {rule.means}",
                      f"it was about {again}, which counts again" if count else "it is about nothing here")  # fmt: skip
    return msgspec.structs.replace(found, standing=Standing.STILL) if compared else found


def _unused(rule: Rule) -> Finding:
    return _on_entry(rule, "unused", Severity.LOW, f"a suppression that nothing needs: {rule.means}",
                     "everything was looked at, and it is about nothing of it")  # fmt: skip


def _on_entry(rule: Rule, kind: str, severity: Severity, title: str, reason: str) -> Finding:
    return hygiene(
        (rule.file, kind, rule.means),
        severity=severity,
        title=title,
        reason=reason,
        at=Location(rule.file, rule.line),
        value=f"{rule.means}: {rule.reason}",
        what_to_do=ENTRY,
    )


def hygiene(
    key: Sequence[str], *, severity: Severity, title: str, reason: str, at: Location, value: str, what_to_do: str
) -> Finding:
    """A finding on the policy itself."""
    from scanner.matching.merge import fingerprint

    return Finding(
        id=fingerprint((FindingClass.HYGIENE, "policy", *key)),
        class_=FindingClass.HYGIENE,
        state=State.CERTAIN,
        severity=severity,
        title=title,
        reason=reason,
        component=None,
        claims=(),
        evidence=(Evidence(location=at, value=value),),
        what_to_do=what_to_do,
    )


def _entry(rule: Rule) -> PolicyEntry:
    return PolicyEntry(
        where=rule.where, means=rule.means, reason=rule.reason, expires=rule.expires.isoformat(), by=rule.by
    )


def read(path: Path, option: str) -> bytes:
    """A file that somebody named. Raises `UsageError` where it is not there, or too large."""
    try:
        if not path.is_file():
            raise UsageError("there is no such file", where=f"{option} {path}")
        if path.stat().st_size > _MOST:
            raise UsageError(f"{path.stat().st_size} bytes", where=path, hint=f"at most {_MOST} are read")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=f"{option} {path}") from error


def gate_at(finding: Finding, policy: Policy) -> Gate:
    """The gate that a policy sets where the finding lies."""
    from scanner.policy import sections

    return sections.gate_at(policy, next(iter(sections.paths(finding)), ""), sections.Overrides())


def explained(finding: Finding, policy: Policy, now: datetime) -> Iterator[tuple[Rule, str | None]]:
    """Each suppression of a policy, with why it does not suppress the finding, or `None` where it does."""
    from scanner.policy import sections, suppress

    places = sections.paths(finding)
    here = [{rule.key for rule in sections.rules(policy, place)} for place in places]
    for rule in policy.rules:
        why = suppress.why_not(rule, finding)
        if why is None and not all(rule.key in keys for keys in here):
            why = "it stands in a section that the finding does not lie in"
        if why is None and rule.expires < now.astimezone(UTC).date():
            why = f"it ended on {rule.expires}"
        yield rule, why
