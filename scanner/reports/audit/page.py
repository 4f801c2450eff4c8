"""The dossier as one page to read, send and print: a scan's page with what the audit says before its findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from scanner.model.audit import AuditReport, DeliveryChanges, Judgeable, Requirement, Standard
from scanner.model.component import Component
from scanner.model.decision import Recalled
from scanner.model.delivered_files import ArtefactCheck
from scanner.model.released import ReleaseCheck
from scanner.reports import html, telling
from scanner.reports.audit import delivered, released, words
from scanner.reports.html.markup import NOTHING, Markup, badge, code, facts, items, join, section, table, tag, text

_TOLD, _NAMED = 200, 12
_TONES = {True: "good", False: "medium", None: ""}


def write(report: AuditReport, out: TextIO) -> None:
    """Write the dossier as one HTML document."""
    parts = [_delivery(report), _decided(report.decision), _silent(report), *_quality(report)]
    if report.released is not None:
        parts.append(_released(report.released))
    if report.artefact is not None:
        parts.append(_artefact(report.artefact))
    if report.changes is not None:
        parts.append(_changes(report.changes))
    parts.append(_questions(report))
    html.page(report.report, out, parts)


def _delivery(report: AuditReport) -> Markup:
    said = words.JUDGED[report.judgeable]
    tone = "good" if report.judgeable is Judgeable.YES else "medium"
    return section(
        "The delivery",
        facts((
            ("Product", report.product or "the SBOM does not say"),
            ("Can it be judged?", join([badge(said, tone), *map(text, report.reasons)], " ")),
            ("SBOM", code(report.report.target)),
            ("What it is", words.made(report)),
            ("Names itself", code(report.facts.serial) if report.facts is not None and report.facts.serial else None),
            ("SHA-256", code(report.digest) if report.digest else None),
            ("Components", f"{len(report.components):,}"),
        )),
        id_="delivery",
    )  # fmt: skip


def _decided(recalled: Recalled | None) -> Markup:
    if recalled is None:
        return NOTHING
    decision = recalled.decision
    tone = "good" if recalled.stands and not recalled.new else "medium"
    return section(
        "What was decided",
        facts((
            ("Decision", badge(words.decided(recalled), tone)),
            ("Because", text(decision.because, limit=2_000)),
            ("On condition", items(decision.conditions) if decision.conditions else None),
            ("Since then", None if recalled.fresh else words.undecided(recalled)),
            ("Verdict then", decision.verdict),
            ("SHA-256 of that SBOM", None if recalled.same else code(decision.sha256)),
            ("Kept in", code(recalled.where)),
        )),
        items([f"New: {one.title}" for one in recalled.new[:_TOLD]]),
        _rest(len(recalled.new)),
        id_="decision",
        note="People decided this. It sets no finding aside.",
    )  # fmt: skip


def _silent(report: AuditReport) -> Markup:
    silent = report.report.coverage.unmatchable
    rows = [(words.called(one.component), telling.at(one.component.location), one.reason) for one in silent[:_TOLD]]
    if not rows:
        return NOTHING
    return section(
        f"Nothing can be said of these ({len(silent):,})",
        table("Components of which nothing can be said", ("Component", "Place", "Why"), rows),
        _rest(len(silent)),
        id_="silent",
        note="They were compared with nothing that goes by package and version.",
    )


def _quality(report: AuditReport) -> Iterator[Markup]:
    for standard in report.standards:
        score = "" if standard.score is None else f": {standard.score} %"
        yield section(
            f"{standard.title}{score}",
            table(standard.title, ("Asked", "Met", "What was seen"), map(_requirement, standard.requirements)),
            _concerned(standard) if standard.id == "identity" else NOTHING,
            id_=f"quality-{standard.id}",
            note="" if standard.id == "identity" else f"As asked by {standard.source}.",
        )


def _requirement(one: Requirement) -> tuple[Markup, ...]:
    met = {True: "met", False: "missing", None: "not looked at"}[one.met]
    return text(one.asks), badge(met, _TONES[one.met]), text(words.lacking(one), limit=600)


def _concerned(standard: Standard) -> Markup:
    rows = [
        (text(one.asks), text(words.names(one.concerned, _NAMED), limit=2_000))
        for one in standard.missing
        if one.concerned
    ]
    if not rows:
        return NOTHING
    return table("Components concerned", ("Lacks", "Components"), rows)


def _released(checks: Sequence[ReleaseCheck]) -> Markup:
    odd = list(filter(released.odd, checks))
    rows = [
        (
            words.called(one.component),
            text(released.said(one), limit=400),
            released.DIGESTS[one.digest],
            "" if one.published is None else f"{one.published:%Y-%m-%d}",
            code(one.registry),
            "" if one.asked is None else f"{one.asked:%Y-%m-%d %H:%M}",
        )
        for one in odd[:_TOLD]
    ]
    heads = ("Component", "What is odd", "Digest", "Published", "Registry", "Asked")
    unasked = [(f"{count:,}", text(reason, limit=200)) for reason, count in released.unasked(checks)[:_TOLD]]
    return section(
        released.TITLE,
        tag("p", f"{released.headline(checks)[0]}.", class_="lead"),
        facts(tuple((_begins(label), said) for label, said in released.counts(checks))),
        table("Components worth a look", heads, rows) if rows else NOTHING,
        _rest(len(odd)),
        table("Not asked about", ("Not asked about", "Why"), unasked) if unasked else NOTHING,
        id_="released",
        note="By what the registries say that your clients are configured for.",
    )


def _artefact(check: ArtefactCheck) -> Markup:
    groups = delivered.groups(check)
    parts: list[Markup] = []
    for group in groups:
        if group.odd and group.rows:
            parts += [_group(group), _rest(len(group.rows))]
    unknown = [(f"{count:,}", text(reason, limit=200)) for reason, count in delivered.reasons(check)[:_TOLD]]
    return section(
        delivered.TITLE,
        tag("p", f"{delivered.headline(check)[0]}.", class_="lead"),
        facts((
            ("Opened", delivered.opened(check)),
            *((_begins(group.title), f"{len(group.rows):,}") for group in groups),
        )),
        *parts,
        table("Cannot be told", ("Of which these files cannot tell", "Why"), unknown) if unknown else NOTHING,
        id_="artefact",
        note="Nothing was extracted or run.",
    )  # fmt: skip


def _group(group: delivered.Group) -> Markup:
    head = _begins(group.title)
    rows = group.rows[:_TOLD]
    if not any(where for _, where in rows):
        return table(group.title, (head,), [(text(name, limit=300),) for name, _ in rows])
    return table(group.title, (head, "Where"), [(text(name, limit=300), code(where)) for name, where in rows])


def _begins(label: str) -> str:
    """As at the beginning of a sentence; SBOM stays SBOM."""
    return label[:1].upper() + label[1:]


def _changes(changes: DeliveryChanges) -> Markup:
    ordered = telling.ordered(changes.steps)
    rows = [
        (
            code(one.component.name),
            text(telling.step(one)),
            text(telling.version(one.before)),
            text(telling.version(one.after)),
            text(telling.whence(one)),
        )
        for one in ordered[:_TOLD]
    ]
    suppliers = [
        (words.called(one.after), one.before.supplier or "", one.after.supplier or "")
        for one in changes.suppliers[:_TOLD]
    ]
    people = [(words.called(one.after), released.people(one)) for one in changes.maintainers[:_TOLD]]
    heads = ("Component", "What happened", "Before", "Now", "From where")
    return section(
        "What changed",
        tag("p", f"Since {words.since(changes)}: {words.counts(changes)}.", class_="lead"),
        items([f"Careful: {remark}." for remark in changes.remarks]),
        tag("p", f"As code: {code_}.") if (code_ := words.code(changes)) else NOTHING,
        table("Components that changed", heads, rows) if rows else NOTHING,
        _rest(len(ordered)),
        table("Suppliers that changed", ("Component", "Before", "Now"), suppliers) if suppliers else NOTHING,
        _rest(len(changes.suppliers)),
        table("Maintainers that changed", ("Component", "Came and went"), people) if people else NOTHING,
        _rest(len(changes.maintainers)),
        id_="delivery-changes",
    )


def _questions(report: AuditReport) -> Markup:
    rows = [
        tag("li", tag("p", f"{number}. {one.text}"), _named(one.components))
        for number, one in enumerate(report.questions, 1)
    ]
    return section("What to ask the vendor", tag("ol", *rows) if rows else NOTHING, id_="questions")


def _named(components: Sequence[Component]) -> Markup:
    return tag("p", text(words.names(components, _NAMED), limit=2_000), class_="note") if components else NOTHING


def _rest(count: int) -> Markup:
    return tag("p", f"and {count - _TOLD:,} more (--format json has all)", class_="note") if count > _TOLD else NOTHING
