"""VEX statements: which vulnerabilities they set aside, and what they say that sets nothing aside.

A statement counts where it is about exactly this component (its package URL with the version, or a component of the
product that was scanned) and exactly this vulnerability, says `not_affected` with a reason or `fixed`, and no newer one
says otherwise. It never reaches anything but a vulnerability: an author who states that a compromise is harmless may be
the attacker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from scanner.model.component import Component, Problem
from scanner.model.finding import Finding, FindingClass, Suppression
from scanner.model.purl import Purl
from scanner.model.vex import VexDocument, VexProduct, VexStatement, VexStatus
from scanner.policy.suppress import names, same_package

Subject = Callable[[str], Component | None]
"""Path of a source → what it describes as a whole."""
_OLDEST = datetime.min.replace(tzinfo=UTC)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The findings, and what is to be said on statements that set nothing aside."""

    findings: tuple[Finding, ...]
    used: frozenset[str]
    """Places of the statements that set a finding aside."""
    notes: tuple[Problem, ...]


def judge(findings: Sequence[Finding], documents: Sequence[VexDocument], *, subject: Subject) -> Judged:
    """Set aside what the statements are about."""
    by_name: dict[str, list[VexStatement]] = {}
    for document in documents:
        for statement in document.statements:
            for name in statement.names:
                by_name.setdefault(name, []).append(statement)
    used: set[str] = set()
    notes: dict[Problem, None] = {}
    told = tuple(_judge(finding, by_name, subject, used, notes) for finding in findings)
    return Judged(findings=told, used=frozenset(used), notes=tuple(notes))


def _judge(
    finding: Finding,
    by_name: dict[str, list[VexStatement]],
    subject: Subject,
    used: set[str],
    notes: dict[Problem, None],
) -> Finding:
    named = {one.where: one for name in sorted(names(finding)) for one in by_name.get(name, ())}.values()
    if not named or finding.component is None:
        return finding
    if finding.class_ is not FindingClass.VULNERABILITY:
        for one in named:
            _note(
                notes,
                one,
                f"sets nothing aside: {finding.title} is a {finding.class_}, and VEX speaks of vulnerabilities",
            )
        return finding
    if finding.suppressed is not None:
        return finding
    about = [one for one in named if _about(one, finding.component, subject, notes)]
    if not about:
        return finding
    # Of two of the same time, the one that warns is believed; one without a time is older than any other.
    newest = max(about, key=lambda one: (one.time or _OLDEST, not one.status.harmless))
    if newest.status.harmless:
        used.add(newest.where)
        return msgspec.structs.replace(finding, suppressed=_suppression(newest))
    older = [one for one in about if one.status.harmless]
    if not older:
        return finding
    _note(notes, older[0], f"contradicted by {newest.where}, which is as new or newer and says {newest.status}")
    said = f"{_who(older[0])} says {older[0].status}, but {_who(newest)} says {newest.status}"
    return msgspec.structs.replace(finding, reason=f"{finding.reason}; {said}")


def _about(statement: VexStatement, component: Component, subject: Subject, notes: dict[Problem, None]) -> bool:
    """Whether a statement is about this very component, and may count."""
    purl = component.purl
    if purl is None or purl.version is None:
        return False
    near = [product for product in statement.products if _names(product, purl)]
    whole = subject(component.location.path)
    if not any(_exactly(product, purl, whole) for product in near):
        for product in near[:1]:
            _note(notes, statement, _missed(product, purl))
        if not near and any(_is(product.purl, whole) for product in statement.products):
            _note(notes, statement, f"it is about the product as a whole and does not name {purl}")
        return False
    if statement.withdrawn:
        _note(notes, statement, "it was withdrawn, superseded or never final")
        return False
    if statement.status is VexStatus.NOT_AFFECTED and not statement.why:
        _note(notes, statement, "it says not_affected and does not say why")
        return False
    return True


def _names(product: VexProduct, purl: Purl) -> bool:
    """Whether the product, or a component in it, is this package at whatever version."""
    named = product.parts or ((product.purl,) if product.purl is not None else ())
    return any(one.without_version() == purl.without_version() for one in named)


def _exactly(product: VexProduct, purl: Purl, whole: Component | None) -> bool:
    if not product.parts:
        return product.purl is not None and product.purl.version is not None and same_package(product.purl, purl)
    if not _is(product.purl, whole):
        return False
    pinned = product.purl is not None and product.purl.version is not None
    return any(same_package(part, purl) and (pinned or part.version is not None) for part in product.parts)


def _is(product: Purl | None, whole: Component | None) -> bool:
    return product is not None and whole is not None and whole.purl is not None and same_package(product, whole.purl)


def _missed(product: VexProduct, purl: Purl) -> str:
    if product.parts:
        within = product.name or "a product without a package URL"
        return f"it is about {purl.without_version()} in {within}, which is not what was scanned"
    if product.purl is not None and product.purl.version is None:
        return f"it is about {product.name} and names no version: {purl} is not meant by that"
    return f"it is about {product.name}, not about {purl}"


def _note(notes: dict[Problem, None], statement: VexStatement, what: str) -> None:
    notes[Problem(where=statement.where, what=f"{statement.vulnerability}: {what}", harmless=True)] = None


def _suppression(statement: VexStatement) -> Suppression:
    why = f": {statement.why}" if statement.why else ""
    return Suppression(
        reason=f"{_who(statement)} says {statement.status}{why}",
        expires="",
        by=statement.author or None,
        where=statement.where,
        stated=statement.status,
        justification=statement.label,
    )


def _who(statement: VexStatement) -> str:
    when = f" of {statement.timestamp}" if statement.timestamp else ""
    return f"VEX{when} by {statement.author or 'somebody unnamed'}"


def subjects(found: Iterable[tuple[str, Component | None]]) -> Subject:
    """A lookup of what each source describes."""
    known = dict(found)
    return known.get
