"""What people make of findings: which ones somebody means, what he decides on them, who looks after them.

What silences a finding names a reason and a day on which it ends. A compromise, a suspicious change or an integrity
finding is silenced by its own id, or by the very package at the very version together with its class, as in a policy
(docs/policy.md): a filter that somebody typed too wide hides no attack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.values import Decision, Question, Stored, after
from scanner.model.finding import FindingClass, Severity, State
from scanner.model.purl import Purl
from scanner.model.ruling import SILENCING, Ruling
from scanner.model.vex import JUSTIFICATIONS
from scanner.pipeline.fleet import selection, standing
from scanner.policy import decisions
from scanner.policy.file import GRAVE, LONGEST
from scanner.policy.suppress import names, same_package

_SHORTEST = 8
"""Characters of an id that tell one finding from another."""
_LONGEST = 2_000
"""Characters of a reason."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which findings are meant; what is not said does not narrow it."""

    selectors: tuple[str, ...] = ()
    """Of targets: findings in any of them."""
    ids: tuple[str, ...] = ()
    """Of findings, or their first characters."""
    class_: FindingClass | None = None
    least: Severity | None = None
    owner: str | None = None
    label: str | None = None
    campaign: str | None = None
    package: Purl | None = None
    """Without a version: every one of it."""
    advisory: str | None = None
    """An id or alias of a record."""
    open: bool | None = True

    @property
    def wide(self) -> bool:
        """Whether nothing narrows it."""
        return self == Filter(open=self.open)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as somebody words it, once it makes sense."""

    ruling: Ruling
    reason: str
    by: str
    expires: datetime | None


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision is on, and what it cannot be on."""

    findings: tuple[Stored, ...]
    refused: tuple[tuple[Stored, str], ...] = ()
    """(finding, why not)."""


def wish(ruling: str, *, reason: str, by: str, expires: str | None, justification: str | None, now: datetime) -> Wish:
    """Raises `UsageError` for what is no decision."""
    wanted = Ruling(ruling)
    reason, by = reason.strip()[:_LONGEST], by.strip()
    for option, text in (("--reason", reason), ("--by", by)):
        if not text:
            raise UsageError("a decision needs it", where=option)
    if wanted.silences and expires is None:
        hint = "the last day on which it counts, at most a year ahead: --expires 2027-01-31"
        raise UsageError(f"what silences a finding ends on a day: {wanted}", where="--expires", hint=hint)
    if (justification is not None) != (wanted is Ruling.NOT_AFFECTED):
        hint = "one of " + ", ".join(JUSTIFICATIONS)
        raise UsageError(
            "not-affected says why in VEX's word, and nothing else does", where="--justification", hint=hint
        )
    if justification is not None and justification not in JUSTIFICATIONS:
        raise UsageError(f"{justification!r} is none", where="--justification", hint=", ".join(JUSTIFICATIONS))
    today = now.astimezone(UTC).date()
    end = None
    if expires is not None:
        day = decisions.deadline(expires, today, today + LONGEST, option="--expires", example="2027-01-31")
        end = after(day)
    said = reason if justification is None else f"{justification}: {reason}"
    return Wish(ruling=wanted, reason=said, by=by, expires=end)


def found(store: Store, wanted: Filter) -> Iterator[Stored]:
    """The findings that are meant, by target and id. Raises `UsageError` for a selector or id that means none."""
    targets = [None] if not wanted.selectors else [one.id for one in selection.chosen(store, wanted.selectors)]
    met: set[str] = set()
    for target in targets:
        question = Question(
            target=target,
            class_=wanted.class_,
            least=wanted.least,
            owner=wanted.owner,
            label=wanted.label,
            campaign=wanted.campaign,
            package=None if wanted.package is None or wanted.package.version is None else str(wanted.package),
            # Whoever names an id means it, be it there now or not.
            open=None if wanted.ids else wanted.open,
        )
        for one in standing.findings_of(store, question):
            named = [id_ for id_ in wanted.ids if one.finding.id == id_ or _begins(one.finding.id, id_)]
            if (wanted.ids and not named) or not _fits(one, wanted):
                continue
            met.update(named)
            yield one
    if missing := sorted(set(wanted.ids) - met):
        raise UsageError(
            f"no finding is meant by {missing[0]!r}", where=store.where, hint="pratique fleet findings --all"
        )


def narrowed(store: Store, wanted: Filter) -> tuple[Stored, ...]:
    """The same, where something narrows it. Near misses are named by id or not at all."""
    if wanted.wide:
        raise UsageError("that would be every finding of the fleet", hint="name a target, findings, or a filter")
    return tuple(one for one in found(store, wanted) if wanted.ids or one.finding.state is not State.NEAR_MISS)


def meant(store: Store, wanted: Filter, wished: Wish) -> Meant:
    """What the decision is on."""
    taken: list[Stored] = []
    refused: list[tuple[Stored, str]] = []
    for one in narrowed(store, wanted):
        why = _not_decided(one, wanted, wished)
        if why is None:
            taken.append(one)
        else:
            refused.append((one, why))
    return Meant(findings=tuple(taken), refused=tuple(refused))


def refused(one: Stored, wished: Wish) -> str | None:
    """Why a decision cannot be on this very finding, where it cannot."""
    return _not_decided(one, Filter(ids=(one.finding.id,)), wished)


def decide(store: Store, findings: Sequence[Stored], wished: Wish, *, now: datetime) -> None:
    """Note the decision on each."""
    for one in findings:
        store.decide(
            Decision(
                target=one.target, finding=one.finding.id, at=now, by=wished.by, what=wished.ruling,
                reason=wished.reason, expires=wished.expires,
            )
        )  # fmt: skip


def _not_decided(one: Stored, wanted: Filter, wished: Wish) -> str | None:
    class_ = one.finding.class_
    if wished.ruling is Ruling.NOT_AFFECTED and class_ is not FindingClass.VULNERABILITY:
        return f"a {class_} is no vulnerability: not-affected does not reach it"
    if wished.ruling in SILENCING and class_ in GRAVE and not wanted.ids:
        exactly = wanted.package is not None and wanted.package.version is not None
        if not (exactly and wanted.class_ is class_):
            return f"a {class_} is silenced by its id, or by --package at one version with --class {class_}"
    return None


def _begins(id_: str, asked: str) -> bool:
    return len(asked) >= _SHORTEST and id_.startswith(asked)


def _fits(one: Stored, wanted: Filter) -> bool:
    if wanted.package is not None:
        component = one.finding.component
        if component is None or component.purl is None or not same_package(wanted.package, component.purl):
            return False
    return wanted.advisory is None or wanted.advisory.casefold() in names(one.finding)
