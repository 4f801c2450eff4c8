"""audit: an SBOM that somebody else delivered → its dossier. Opens no connection, unless registries are to be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scanner import parsers
from scanner.errors import InputError
from scanner.matching import deliveries
from scanner.matching.delivered_questions import questions as artefact_questions
from scanner.matching.paths import Paths
from scanner.matching.quality import Delivered, elements, is_software, standards
from scanner.matching.questions import questions
from scanner.model.audit import AuditReport, DeliveryChanges, Judgeable, SbomFacts, Standard
from scanner.model.comparison import Step
from scanner.model.component import Component, Location, Problem
from scanner.model.finding import Finding
from scanner.model.inventory import Inventory, Reading, ReadStatus
from scanner.model.report import Report
from scanner.parsers import sbom_facts, sbom_files
from scanner.pipeline import inventory as inventories
from scanner.pipeline import policed, scan
from scanner.pipeline.scan import Settings
from scanner.policy import verdict as verdicts
from scanner.targets import walk

if TYPE_CHECKING:
    from scanner.pipeline.released import Registries, Wish

_LISTS_NOTHING = "it lists no software beside the product"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One SBOM as it was read."""

    reading: Reading
    digest: str
    facts: SbomFacts | None
    """`None` where the file is no SBOM, or broken beyond telling."""
    undeclared: Callable[[list[str]], Sequence[str]]
    """Those of some refs that nothing in the document bears."""
    problems: tuple[Problem, ...] = ()

    @property
    def components(self) -> tuple[Component, ...]:
        """What is listed, without the product itself."""
        subject = self.reading.subject
        listed = (*self.reading.components, *self.reading.subject_parts)
        return tuple(one for one in listed if subject is None or not subject.ref or one.ref != subject.ref)

    @property
    def software(self) -> bool:
        """Whether any of it is software, and no mere file or key."""
        return any(is_software(one) for one in self.components)


def audit(
    path: Path,
    settings: Settings,
    *,
    previous: Path | None = None,
    product: str | None = None,
    online: Wish | None = None,
    artefacts: Sequence[Path] = (),
    deep: bool = False,
) -> AuditReport:
    """Judge one SBOM. Raises `InputError` where the file, or the one before it, is no SBOM at all.

    `online`: ask registries what they say of its components; `artefacts`: the delivered files, to be laid beside it;
    `deep`, with `previous` and `online`: compare as code what came or was updated.
    """
    delivery = delivered(path)
    before = None if previous is None else delivered(previous)
    if before is not None and before.facts is None:
        raise InputError(before.reading.reason or "no SBOM", where=previous, hint="name the SBOM of the last delivery")
    with _registries(online, settings) as registries:
        return judge(
            delivery,
            settings,
            target=path.as_posix(),
            before=before,
            product=product,
            registries=registries,
            artefacts=artefacts,
            deep=deep,
        )


@contextmanager
def _registries(online: Wish | None, settings: Settings) -> Iterator[Registries | None]:
    if online is None:
        yield None
        return
    from scanner.pipeline.released import Registries  # who asks nobody pays for nothing of it

    with Registries(online, settings) as registries:
        yield registries


def delivered(path: Path) -> Delivery:
    """Read one SBOM by name, `-` for standard input. Raises `InputError` for another kind of file."""
    found = inventories.read([path])
    sboms = [one for one in found.readings if one.reader in sbom_facts.READERS]
    if len(sboms) > 1:
        raise InputError(f"{len(sboms)} SBOMs are in it", where=path, hint="unpack it, and audit the folder")
    reading = sboms[0] if sboms else found.readings[0]
    if not sboms and reading.components:
        raise InputError(f"no SBOM: {reading.reader} reads it", where=path, hint=f"pratique scan {path}")
    return _delivery(reading, found.problems)


def folder(root: Path, settings: Settings, online: Wish | None = None) -> Iterator[AuditReport | Problem]:
    """Judge every SBOM in a folder, one after the other, each by itself. What is none is passed over."""
    with _registries(online, settings) as registries:
        yield from _folder(root, settings, registries)


def _folder(root: Path, settings: Settings, registries: Registries | None) -> Iterator[AuditReport | Problem]:
    sibling = walk.sibling_reader(root)
    for item in walk.walk(root, wanted=inventories.worth_reading):
        if isinstance(item, Problem):
            yield item
            continue
        # SBOMs are told by content: what a name gives to a reader is a lockfile, manifest or the like.
        if parsers.claim(item.path) is not None or not inventories.worth_reading(item.path):
            continue
        settings.progress(item.path)
        reading = inventories.read_source(item.path, partial(walk.read, root, item.path), sibling)
        if reading is not None and (reading.reader in sbom_facts.READERS or not reading.reader):
            yield judge(_delivery(reading), settings, target=item.path, registries=registries)


def _delivery(reading: Reading, problems: tuple[Problem, ...] = ()) -> Delivery:
    reader = reading.reader
    try:
        data = reading.again()
    except InputError:  # what is wrong with it stands in the reading
        return Delivery(reading=reading, digest="", facts=None, undeclared=list, problems=problems)
    known = reader in sbom_facts.READERS

    def undeclared(refs: list[str]) -> Sequence[str]:
        try:
            return sbom_facts.undeclared(reader, reading.again(), refs)
        except InputError:  # gone since
            return ()

    return Delivery(
        reading=reading,
        digest=hashlib.sha256(data).hexdigest(),
        facts=sbom_facts.read(reader, data) if known else None,
        undeclared=undeclared,
        problems=problems,
    )


def judge(
    delivery: Delivery,
    settings: Settings,
    *,
    target: str,
    before: Delivery | None = None,
    product: str | None = None,
    registries: Registries | None = None,
    artefacts: Sequence[Path] = (),
    deep: bool = False,
) -> AuditReport:
    """Everything that can be said of one SBOM, without asking anybody but the registries that are given."""
    started = settings.now()
    problems = (*delivery.problems, *_empty(delivery))
    inventory = Inventory(readings=(delivery.reading,), problems=problems, looked_for=1)
    report = scan.check(inventory, settings, target=target, started=started, decide=False)
    changes = None if before is None else compare(before, delivery)
    odd = () if changes is None or before is None else _odd(changes, before, delivery)
    created = "" if delivery.facts is None else delivery.facts.created
    told = None
    if registries is not None:
        steps = () if changes is None else changes.steps
        told = registries.check(target, delivery.components, elements.moment(created), steps)
        coverage = report.coverage
        coverage = msgspec.structs.replace(coverage, problems=(*coverage.problems, *told.problems))
        report = msgspec.structs.replace(report, coverage=coverage)
        odd = (*odd, *_placed(told.findings, delivery))
        if changes is not None:
            changes = msgspec.structs.replace(changes, maintainers=told.maintainers)
            if deep:
                from scanner.pipeline import audit_deep  # the judgement of code is half of the program

                code = audit_deep.check(steps, told.checks, settings, registries)
                changes = msgspec.structs.replace(changes, code=code.state)
                coverage = msgspec.structs.replace(coverage, problems=(*coverage.problems, *code.problems))
                report = msgspec.structs.replace(report, coverage=coverage)
                odd = (*odd, *_reached(code.findings, delivery))
    listed, opened = report, None
    if artefacts:
        from scanner.pipeline import audit_artefact  # what opens archives: for who has any

        subject = delivery.reading.subject
        named = (*delivery.components, *_files(delivery.reading))
        opened = audit_artefact.check(artefacts, named, settings, subject=subject, started=started)
        report = audit_artefact.together(report, opened)
        odd = (*odd, *opened.findings)
    findings = (*report.findings, *odd)
    decided = policed.decide(findings, settings, inventory, started=started, whole=report.coverage.complete)
    findings = decided.findings
    status, reasons = verdicts.exit_status(findings, report.coverage, settings.gate)
    report = msgspec.structs.replace(
        report,
        findings=findings,
        verdict=verdicts.verdict(findings, report.coverage),
        exit_code=status,
        reasons=reasons,
        closing=verdicts.closing(findings, settings.gate),
        policy=decided.policy,
        vex=decided.vex,
    )
    quality: tuple[Standard, ...] = ()
    if delivery.facts is not None:
        quality = standards(
            Delivered(delivery.facts, delivery.reading, product=product, undeclared=delivery.undeclared)
        )
    judgeable, why = _judgeable(listed, delivery)
    of_artefact = () if opened is None else artefact_questions(opened.check)
    of_files = frozenset() if opened is None else frozenset(one.id for one in opened.findings)
    asked = questions(
        [one for one in findings if one.id not in of_files],
        listed.coverage.unmatchable,
        quality,
        changes,
        created=created,
        unread=sum(not problem.harmless for problem in delivery.reading.problems),
        kinds={} if told is None else told.kinds,
    )
    subject = delivery.reading.subject
    return AuditReport(
        product=product or (_called(subject) if subject is not None else ""),
        subject=subject,
        digest=delivery.digest,
        facts=delivery.facts,
        report=report,
        components=delivery.components,
        judgeable=judgeable,
        reasons=why,
        standards=quality,
        changes=changes,
        # Other bytes and what is hidden are grave; nothing is graver than a compromise.
        questions=tuple(sorted((*of_artefact, *asked), key=lambda one: one.about != "compromise")),
        released=None if told is None else told.checks,
        artefact=None if opened is None else opened.check,
    )


def _files(reading: Reading) -> Iterator[Component]:
    """The single files that the SBOM lists outside of its components."""
    try:
        yield from sbom_files.read(reading.reader, reading.again(), reading.path)
    except InputError:  # gone since
        return


def difference(old: Path, new: Path) -> tuple[DeliveryChanges, tuple[Finding, ...], bool]:
    """What changed, what is odd about it, and whether something of either side could not be read.

    Raises `InputError` where one of them is no SBOM.
    """
    sides = [delivered(path) for path in (old, new)]
    for path, side in zip((old, new), sides, strict=True):
        if side.facts is None or side.reading.status is ReadStatus.FAILED:
            raise InputError(side.reading.reason or "no SBOM", where=path)
    before, after = sides
    changes = compare(before, after)
    lost = any(side.reading.status is not ReadStatus.READ or not side.components for side in sides)
    return changes, _odd(changes, before, after), lost


def compare(before: Delivery, after: Delivery) -> DeliveryChanges:
    """What lies between two deliveries. Both have been read as SBOMs."""
    assert before.facts is not None
    old, new = before.components, after.components
    return DeliveryChanges(
        path=before.reading.path,
        digest=before.digest,
        facts=before.facts,
        product=before.reading.subject,
        before=len(old),
        steps=deliveries.steps(after.reading.path, old, new),
        suppliers=tuple(deliveries.suppliers(old, new)),
        undigested=tuple(deliveries.undigested(old, new)),
        remarks=tuple(_doubts(before, after)),
    )


def _odd(changes: DeliveryChanges, before: Delivery, after: Delivery) -> tuple[Finding, ...]:
    """What is odd about the changes, with lines and paths, for which a file is read once more."""
    found = tuple(deliveries.findings(changes.steps))
    if not found:
        return ()
    places = {**_places(before), **_places(after)}
    paths = Paths(after.reading, [one.component for one in found if one.component is not None])
    by_step = {id(change.after): change.before for change in changes.steps if change.step is Step.REDIGESTED}
    told: list[Finding] = []
    for one in found:
        assert one.component is not None
        sides = (one.component, by_step[id(one.component)])
        evidence = tuple(
            msgspec.structs.replace(seen, location=places.get(id(side), seen.location))
            for seen, side in zip(one.evidence, sides, strict=True)
        )
        told.append(msgspec.structs.replace(one, evidence=evidence, introduced_through=paths.to(one.component)))
    return tuple(told)


def _places(delivery: Delivery) -> dict[int, Location]:
    """Where each component stands, by its id."""
    pairs = zip(delivery.reading.components, inventories.lines(delivery.reading), strict=True)
    return {id(component): place for component, place in pairs}


def _placed(found: Sequence[Finding], delivery: Delivery) -> Iterator[Finding]:
    """Findings about components, with their lines and paths, for which the file is read once more."""
    if not found:
        return
    places = _places(delivery)
    paths = Paths(delivery.reading, [one.component for one in found if one.component is not None])
    for one in found:
        if one.component is None:
            yield one
            continue
        place = places.get(id(one.component), one.component.location)
        yield msgspec.structs.replace(
            one,
            evidence=tuple(msgspec.structs.replace(seen, location=place) for seen in one.evidence),
            introduced_through=paths.to(one.component),
        )


def _reached(found: Sequence[Finding], delivery: Delivery) -> Iterator[Finding]:
    """Findings in the code of components, with the paths that lead there: their places are those in the code."""
    paths = Paths(delivery.reading, [one.component for one in found if one.component is not None])
    for one in found:
        through = () if one.component is None else paths.to(one.component)
        yield msgspec.structs.replace(one, introduced_through=through)


def _doubts(before: Delivery, after: Delivery) -> Iterator[str]:
    if before.digest == after.digest:
        yield "both are the same file"
        return
    old, new = before.reading.subject, after.reading.subject
    if old is not None and new is not None and old.name.lower() != new.name.lower():
        yield f"the one before is of {_called(old)}, this one of {_called(new)}"
    if before.facts is None or after.facts is None:
        return
    was, now = elements.moment(before.facts.created), elements.moment(after.facts.created)
    if was is not None and now is not None and now < was:
        yield f"this one was made before the other: {after.facts.created}, {before.facts.created}"
    makers = [{tool.partition(" ")[0].lower() for tool in one.tools} for one in (before.facts, after.facts)]
    if all(makers) and not makers[0] & makers[1]:
        yield "other tools made this one: what comes, goes or moves may be their doing"


def _empty(delivery: Delivery) -> Iterator[Problem]:
    """An SBOM that lists nothing beside the product was read in full, and says nothing all the same."""
    if delivery.facts is not None and delivery.reading.status is not ReadStatus.FAILED and not delivery.software:
        yield Problem(where=delivery.reading.path, what=_LISTS_NOTHING, hint="ask the vendor for the components")


def _judgeable(report: Report, delivery: Delivery) -> tuple[Judgeable, tuple[str, ...]]:
    """Whether the scan could say something of what is delivered, whatever it found."""
    coverage = report.coverage
    reasons: list[str] = []
    failures = [file.reason or "it cannot be read" for file in coverage.files if file.status in ("failed", "partial")]
    reasons += failures
    silent = len(coverage.unmatchable)
    if silent:
        words = "component" if silent == 1 else "components"
        reasons.append(f"nothing can be said of {silent:,} {words} of {coverage.components_read:,}")
    if delivery.facts is not None and not delivery.software:
        reasons.append(_LISTS_NOTHING)
        return Judgeable.NO, tuple(dict.fromkeys(reasons))
    if not coverage.components_checked:
        return Judgeable.NO, tuple(reasons)
    return (Judgeable.PARTLY, tuple(reasons)) if reasons else (Judgeable.YES, ())


def _called(component: Component) -> str:
    return f"{component.name} {component.version or ''}".strip()
