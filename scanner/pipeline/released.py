"""`audit --online`: is each component what its registry says? Answers are kept, asked again when old, and replayed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

import msgspec

from scanner.errors import InputError, PratiqueError, UsageError
from scanner.intel import registry_answers
from scanner.intel.registry_answers import Answers, Given
from scanner.matching import released as matching
from scanner.model.attestation import AttestationState
from scanner.model.comparison import ComponentChange
from scanner.model.component import Component, Origin, Problem
from scanner.model.ecosystem import full_name
from scanner.model.finding import Finding
from scanner.model.internal import is_internal
from scanner.model.purl import Purl
from scanner.model.released import MaintainerChange, ReleaseAnswer, ReleaseCheck, ReleaseState
from scanner.pipeline import attested, cache_folder, policed
from scanner.pipeline.attested import Attested
from scanner.pipeline.registry_door import CONNECTIONS
from scanner.pipeline.released_asking import Asking, Wanted
from scanner.pipeline.releases import ReleaseFacts, Releases, asked_as
from scanner.pipeline.scan import Settings
from scanner.registries import clients, hosts
from scanner.registries.bundles import MISSING
from scanner.shape import times

FRESH = timedelta(hours=24)
_WHERE = "registries"
_EXACT = re.compile(r"[0-9A-Za-z][^\s^<>=*|,()\[\]{}$]*\Z")
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d\Z")
_OF_GO = re.compile(r"v0\.0\.0-0001010100")
"""A module that `replace` puts in another's place."""
_CHOOSING = {"maven": ("classifier", "type"), "gem": ("platform",)}
"""Qualifiers that choose a file of a version."""


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be asked."""

    hosts: tuple[str, ...]
    releases: int
    known: int
    """Releases whose answer is at hand."""
    withheld: int
    """Components that are not asked about."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the person wants of it."""

    internal: tuple[str, ...] = ()
    """Names that are never sent."""
    fresh: timedelta = FRESH
    """For how long an answer counts."""
    as_of: datetime | None = None
    """Ask nobody: what had been answered by then."""
    trust_root: Path | None = None
    announce: Callable[[Sending], None] = lambda _: None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    checks: tuple[ReleaseCheck, ...]
    findings: tuple[Finding, ...]
    kinds: dict[str, str]
    """Id of a finding → of which kind it is."""
    problems: tuple[Problem, ...]
    maintainers: tuple[MaintainerChange, ...] = ()


class _Reason(msgspec.Struct, frozen=True):
    """Why something was not asked."""

    what: str
    hint: str | None = None
    failed: bool = False
    """It should have been answered: what is said of the SBOM is incomplete."""


def _elsewhere(host: str) -> _Reason:
    return _Reason(f"from {host}, for which your client is not configured", hint="configure it there")


class Registries:
    """Asks, for one SBOM after the other. A context: it holds connections and the store."""

    def __init__(self, wish: Wish, settings: Settings) -> None:
        """Raises `IntelError` for a store, `UsageError` for a trust root that cannot be used."""
        self._wish, self._settings = wish, settings
        cache = cache_folder.default(settings.environ)
        usable = cache_folder.prepare(cache)
        path = cache / registry_answers.FILE
        if wish.as_of is not None and not (usable and path.exists()):
            raise UsageError("no answer of a registry was ever kept", where=path, hint="pratique audit SBOM --online")
        self._kept = usable
        self._answers = Answers(path if usable else None)
        self._releases = Releases(cache=cache, online=wish.as_of is None, environ=settings.environ, home=settings.home)
        try:
            self._asking = Asking(self._releases, wish.trust_root)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        policy = settings.policy
        self.internal = (*wish.internal, *(() if policy is None else policy.internal))
        """Patterns of names that are never sent."""
        self._foreign = policed.foreign_host(settings)

    @property
    def online(self) -> bool:
        """Whether anybody is asked; in a replay nobody is."""
        return self._wish.as_of is None

    def __enter__(self) -> Registries:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._answers.close()
        self._releases.__exit__(kind, error, traceback)

    def check(
        self, path: str, components: Sequence[Component], created: datetime | None, steps: Sequence[ComponentChange]
    ) -> Told:
        """Compare the components of an SBOM, and those that they were updated from, with what registries say."""
        pairs = [(one.before, one.after) for one in steps if one.before is not None and one.after is not None]
        pairs = [(old, new) for old, new in pairs if old.version != new.version]
        wanted: dict[int, Wanted | _Reason] = {}
        for component in (*components, *(old for old, _ in pairs)):
            wanted[id(component)] = self._wanted(component)
        given = self._given(components, wanted)
        made = {
            id(one): self._checked(one, wanted[id(one)], given) for one in (*components, *(old for old, _ in pairs))
        }
        for old, new in pairs:
            made[id(new)] = _lost(made[id(new)], old, *(self._answer(wanted[id(one)], given) for one in (old, new)))
        checks = tuple(made[id(one)] for one in components)
        found = list(matching.findings(checks, path, created))
        late = {id(one.finding.component) for one in found if one.kind == "younger"}
        checks = tuple(
            msgspec.structs.replace(one, younger=True) if id(one.component) in late else one for one in checks
        )
        return Told(
            checks=checks,
            findings=tuple(one.finding for one in found),
            kinds={one.finding.id: one.kind for one in found},
            problems=tuple(self._problems(components, wanted, given, checks)),
            maintainers=tuple(matching.maintainers([(made[id(old)], made[id(new)]) for old, new in pairs])),
        )

    def _wanted(self, component: Component) -> Wanted | _Reason:
        reason = self._withheld(component)
        if reason is not None:
            return reason
        purl = _spelled(component)
        named = purl.qualifier("repository_url")
        try:
            registries = tuple(self._releases.registries(purl))
        except InputError:
            if named is not None:
                return _elsewhere(hosts.host(named) or named)
            return _Reason("private by your client's configuration")
        except UsageError as error:
            if purl.type == "golang":  # GOPRIVATE, GOPROXY=off and the like: it is the person's will
                return _Reason(error.what)
            return _Reason(error.what, error.hint, failed=True)
        chosen = tuple(one for one in purl.qualifiers if one[0] in _CHOOSING.get(purl.type, ()))
        purl = Purl(purl.type, purl.namespace, purl.name, purl.version, chosen)
        return Wanted(purl=purl, digests=component.digests, registries=registries)

    def _withheld(self, component: Component) -> _Reason | None:
        """Why nobody is asked about it, if so."""
        purl = component.purl
        if purl is None:
            return _Reason("no package URL")
        if purl.type not in clients.TYPES:
            return _Reason(f"no registry of the type {purl.type} is spoken to")
        if component.origin is not Origin.REGISTRY:
            return _Reason(f"not from a registry ({component.origin})")
        if is_internal(self.internal, (full_name(purl), component.name), purl):
            return _Reason("of an internal scope")
        foreign = self._foreign(component)
        if foreign is not None:
            return _elsewhere(foreign)
        if not _exact(purl, purl.version or component.version or ""):
            return _Reason("no exact version")
        if purl.type == "golang" and "." not in full_name(purl).partition("/")[0]:
            return _Reason("of Go itself, or of no module proxy")
        return None

    def _given(
        self, components: Sequence[Component], wanted: dict[int, Wanted | _Reason]
    ) -> dict[tuple[str, str], Given | _Reason]:
        """Answers to all that is wanted: those at hand, then those that come in, each of which is kept at once."""
        now = self._settings.now()
        given: dict[tuple[str, str], Given | _Reason] = {}
        open_: dict[Purl, dict[tuple[str, str], Wanted]] = {}
        for one in wanted.values():
            if isinstance(one, _Reason) or _key(one) in given:
                continue
            known = self._answers.newest(*_key(one), until=self._wish.as_of)
            if known is not None and (self._wish.as_of is not None or self._counts(one, known, now)):
                given[_key(one)] = known
            elif self._wish.as_of is not None:
                text = f"no answer is kept from {self._wish.as_of:%Y-%m-%d} or before"
                given[_key(one)] = _Reason(text, failed=True)
            else:
                open_.setdefault(one.purl.without_version(), {})[_key(one)] = one
        count = sum(map(len, open_.values()))
        if count:
            urls = (registry.url for group in open_.values() for one in group.values() for registry in one.registries)
            self._wish.announce(
                Sending(
                    hosts=tuple(sorted(set(map(hosts.host, urls)))),
                    releases=count,
                    known=len(given),
                    withheld=sum(isinstance(wanted[id(one)], _Reason) for one in components),
                )
            )
            for done, (key, answer) in enumerate(self._asked(open_), 1):
                if isinstance(answer, ReleaseAnswer):
                    self._answers.keep(*key, answer, now)
                    given[key] = Given(answer, now, now)
                else:
                    given[key] = answer
                self._settings.progress(f"asking registries: {done:,} of {count:,} releases")
        return given

    def _counts(self, wanted: Wanted, known: Given, now: datetime) -> bool:
        return timedelta() <= now - known.last < self._wish.fresh and self._asking.holds(wanted, known.answer)

    def _asked(
        self, groups: dict[Purl, dict[tuple[str, str], Wanted]]
    ) -> Iterator[tuple[tuple[str, str], ReleaseAnswer | _Reason]]:
        """The releases of one package one after the other: they mostly stand in one document."""
        pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="registries")
        try:
            for future in as_completed([pool.submit(self._ask, group) for group in groups.values()]):
                yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _ask(self, group: dict[tuple[str, str], Wanted]) -> list[tuple[tuple[str, str], ReleaseAnswer | _Reason]]:
        answers: list[tuple[tuple[str, str], ReleaseAnswer | _Reason]] = []
        for key, one in group.items():
            try:
                answers.append((key, self._asking.answer(one)))
            except PratiqueError as error:
                answers.append((key, _Reason(error.what, error.hint, failed=True)))
        return answers

    def _answer(self, wanted: Wanted | _Reason, given: dict[tuple[str, str], Given | _Reason]) -> Given | _Reason:
        return wanted if isinstance(wanted, _Reason) else given[_key(wanted)]

    def _checked(
        self, component: Component, wanted: Wanted | _Reason, given: dict[tuple[str, str], Given | _Reason]
    ) -> ReleaseCheck:
        answer = self._answer(wanted, given)
        if isinstance(answer, _Reason) or isinstance(wanted, _Reason):
            reason = answer.what if isinstance(answer, _Reason) else ""
            return ReleaseCheck(component=component, state=ReleaseState.NOT_ASKED, reason=reason)
        # Of a replay the first time: the last one changes with every audit since.
        asked = answer.last if self._wish.as_of is None else answer.first
        seen = None
        if answer.answer.state is not ReleaseState.PRESENT:
            seen = self._answers.present(*_key(wanted), until=asked)
        return matching.check(component, answer.answer, asked, seen)

    def _problems(
        self,
        components: Iterable[Component],
        wanted: dict[int, Wanted | _Reason],
        given: dict[tuple[str, str], Given | _Reason],
        checks: Sequence[ReleaseCheck],
    ) -> Iterator[Problem]:
        if self._wish.as_of is not None:
            yield Problem(
                where=_WHERE,
                what=f"nobody was asked: answers as of {self._wish.as_of:%Y-%m-%d %H:%M %Z}, feeds as they are now",
                harmless=True,
            )
        elif not self._kept:
            yield Problem(
                where=_WHERE, what="answers could not be kept: the cache cannot be used",
                hint="PRATIQUE_CACHE=FOLDER of your own, not shared", harmless=True,
            )  # fmt: skip
        reasons = Counter(
            answer for one in components if isinstance(answer := self._answer(wanted[id(one)], given), _Reason)
        )
        for reason, count in sorted(reasons.items(), key=lambda one: (not one[0].failed, -one[1], one[0].what)):
            words = "1 component was" if count == 1 else f"{count:,} components were"
            yield Problem(
                where=_WHERE,
                what=f"{words} not asked about: {reason.what}",
                hint=reason.hint,
                harmless=not reason.failed,
            )
        judge = Attested()
        judge.missed = sum(one.attestation is not None and one.attestation.why == MISSING for one in checks)
        yield from judge.remarks()


def moment(text: str) -> datetime:
    """`2026-11-30`, which is the whole day, or a time; without a zone in UTC. Raises `UsageError`."""
    found = times.utc(text)
    if found is None:
        raise UsageError(f"no date: {text!r}", where="--as-of", hint="2026-11-30, or 2026-11-30T12:00:00Z")
    return found + timedelta(days=1, microseconds=-1) if _DAY.match(text) else found


def _lost(check: ReleaseCheck, old: Component, before: Given | _Reason, after: Given | _Reason) -> ReleaseCheck:
    """With the attestation that the release of the last delivery had, and this one has not."""
    if isinstance(before, _Reason) or isinstance(after, _Reason) or check.attestation is None:
        return check
    if check.attestation.state is not AttestationState.ABSENT:
        return check
    then, now = (ReleaseFacts(attested=one.answer.attested, publisher=one.answer.publisher) for one in (before, after))
    found = attested.lost(old.version or "", then, now, delivered=True)
    return check if found is None else msgspec.structs.replace(check, earlier=found)


def _spelled(component: Component) -> Purl:
    """The purl to ask by: with a version, and as the registry of its type spells it."""
    purl = asked_as(component)
    assert purl is not None
    version = purl.version or component.version or ""
    namespace = purl.namespace
    if purl.type == "golang" and version[:1].isdigit():
        version = f"v{version}"
    if purl.type == "npm" and namespace and not namespace.startswith("@"):
        namespace = f"@{namespace}"  # some generators lose it, and nothing else has a slash
    return Purl(purl.type, namespace, purl.name, version, purl.qualifiers)


def _exact(purl: Purl, version: str) -> bool:
    """Whether a version is one, and no range, branch or placeholder, as some tools write there."""
    if not _EXACT.match(version) or not any(map(str.isdigit, version)):
        return False
    if purl.type == "composer":
        return not version.startswith("dev-") and not version.endswith("-dev")
    if purl.type == "maven":
        return not version.upper().endswith("-SNAPSHOT")
    return not (purl.type == "golang" and _OF_GO.match(version))


def _key(wanted: Wanted) -> tuple[str, str]:
    return wanted.asked_at, str(wanted.purl)
