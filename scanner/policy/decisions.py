"""`pratique-decisions.toml` → the decisions on deliveries, and a decision → the table that is appended to it.

Plain TOML, read in review as the policy beside it is. A decision is what people said: it sets no finding aside and
opens no gate, so that whoever writes the file can hide nothing. A file with a mistake in it is obeyed in nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from scanner.display import line
from scanner.errors import InputError, UsageError
from scanner.model.decision import Answer, Decision, NotAffected, OpenFinding
from scanner.model.finding import Finding, FindingClass, State
from scanner.model.purl import parse as parse_purl
from scanner.model.vex import JUSTIFICATIONS
from scanner.policy.lines import Lines
from scanner.policy.suppress import names
from scanner.shape import encoding, toml_text

NAME = "pratique-decisions.toml"
MOST_BYTES = 16 * 1024 * 1024
HEAD = (
    "# What was decided on deliveries. Written by pratique audit --decide; read it in review. Guide: docs/policy.md\n"
)
_PATH = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]")
_TITLE = 120


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    decision: tuple[Decision, ...] = ()


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions in the order of the file, and the line of each."""

    file: str
    decisions: tuple[Decision, ...] = ()
    lines: tuple[int, ...] = ()

    def on(self, sha256: str, product: str, vendor: str) -> int | None:
        """The newest decision on this SBOM, else the newest on this product of this vendor, by its number."""
        order = sorted(range(len(self.decisions)), key=lambda number: (self.decisions[number].made, number))
        by_product = None
        for number in reversed(order):
            one = self.decisions[number]
            if sha256 and one.sha256 == sha256:
                return number
            if by_product is None and _same_product(one, product, vendor):
                by_product = number
        return by_product


def _same_product(one: Decision, product: str, vendor: str) -> bool:
    """By name. A vendor that only one of them names contradicts nothing."""
    if not product or one.product.casefold() != product.casefold():
        return False
    return not (vendor and one.vendor) or one.vendor.casefold() == vendor.casefold()


def parse(data: bytes, *, where: str) -> Book:
    """Read the file. Raises `UsageError` with the line that is wrong."""
    if len(data) > MOST_BYTES:
        raise UsageError(f"{len(data)} bytes: decisions have at most {MOST_BYTES}", where=where)
    try:
        document = toml_text.value(data, where=where)
        lines = Lines(encoding.text(data, where=where))
    except InputError as error:
        at = re.search(r"\(at line (\d+)", error.what)
        raise UsageError(error.what, where=f"{where}:{at[1]}" if at else where, hint=error.hint) from error
    try:
        read = msgspec.convert(document, _File)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        raise UsageError(what, where=f"{where}:{lines.of(_place(path))}") from error
    places = tuple(lines.of(("decision", number)) for number in range(len(read.decision)))
    for one, at_line in zip(read.decision, places, strict=True):
        if (complaint := _complaint(one)) is not None:
            raise UsageError(complaint, where=f"{where}:{at_line}")
    return Book(file=where, decisions=read.decision, lines=places)


def _place(path: str) -> tuple[str | int, ...]:
    return tuple(name or int(number) for name, number in _PATH.findall(path))


def _complaint(one: Decision) -> str | None:
    if (one.decide is Answer.ACCEPT_UNTIL) != (one.until is not None):
        return 'until goes with decide = "accept-until", and that with until'
    if not one.because.strip() or not one.by.strip():
        return "a decision says because of what, and by whom"
    if not re.fullmatch(r"[0-9a-f]{64}", one.sha256):
        return "sha256 must be 64 hexadecimal digits, in lower case"
    if one.made.tzinfo is None:
        return "made must have a zone: 2026-11-30T08:00:00Z"
    for stated in one.not_affected:
        if stated.justification not in JUSTIFICATIONS:
            return f"{stated.justification[:80]!r} is no justification: one of {', '.join(JUSTIFICATIONS)}"
    return None


def opened(findings: Iterable[Finding]) -> tuple[OpenFinding, ...]:
    """What is to be remembered of those that are open."""
    return tuple(
        OpenFinding(
            finding=one.id,
            class_=one.class_,
            state=one.state,
            package="" if one.component is None or one.component.purl is None else str(one.component.purl),
            records=tuple(dict.fromkeys(claim.record for claim in one.claims)),
            title=line(one.title, limit=_TITLE),
        )
        for one in findings
        if is_open(one)
    )


def is_open(finding: Finding) -> bool:
    """Whether somebody who decides has to think of it."""
    return finding.weighed and finding.state is not State.NEAR_MISS


def since(decision: Decision, findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[OpenFinding, ...]]:
    """(open now and not then, open then and not now).

    Told by id, and where the file has another name, by class, package and record. A vulnerability is the same in the
    next version of its package; of everything graver another version is another finding. So is one that has become
    certain.
    """
    now = [one for one in findings if is_open(one)]
    by_id = {one.finding: one for one in decision.open}
    by_fact: dict[tuple[str, str, str], list[OpenFinding]] = {}
    for one in decision.open:
        for record in one.records:
            by_fact.setdefault((one.class_, _package(one.class_, one.package), record.casefold()), []).append(one)
    new: list[Finding] = []
    met: set[str] = set()
    for finding in now:
        purl = None if finding.component is None else finding.component.purl
        package = _package(finding.class_, "" if purl is None else str(purl))
        known = [by_id[finding.id]] if finding.id in by_id else []
        known += [one for name in names(finding) for one in by_fact.get((finding.class_, package, name), ())]
        met.update(one.finding for one in known)
        if not any(one.state is State.CERTAIN or finding.state is not State.CERTAIN for one in known):
            new.append(finding)
    return tuple(new), tuple(one for one in decision.open if one.finding not in met)


def _package(class_: FindingClass, purl: str) -> str:
    if class_ is not FindingClass.VULNERABILITY or not purl:
        return purl
    try:
        return str(parse_purl(purl).without_version())
    except InputError:  # somebody wrote it by hand
        return purl


def table(one: Decision) -> str:
    """The decision as TOML, one line a thing, so that a review shows what came."""
    return "\n".join(["", "[[decision]]", *_keys(one), *_lists(one), ""])


def _keys(one: Decision) -> Iterator[str]:
    yield f"decide = {_text(one.decide)}"
    if one.until is not None:
        yield f"until = {one.until.isoformat()}"
    yield f"because = {_text(one.because)}"
    yield f"by = {_text(one.by)}"
    yield f"made = {one.made.isoformat(timespec='seconds').replace('+00:00', 'Z')}"
    yield f"sha256 = {_text(one.sha256)}"
    for key in ("sbom", "product", "version", "vendor"):
        if value := getattr(one, key):
            yield f"{key} = {_text(value)}"
    yield f"verdict = {_text(one.verdict)}"


def _lists(one: Decision) -> Iterator[str]:
    if one.conditions:
        yield from _array("conditions", map(_text, one.conditions))
    if one.not_affected:
        yield from _array("not-affected", map(_stated, one.not_affected))
    if one.open:
        yield from _array("open", map(_opened, one.open))


def _array(key: str, items: Iterable[str]) -> Iterator[str]:
    yield f"{key} = ["
    yield from (f"  {item}," for item in items)
    yield "]"


def _stated(one: NotAffected) -> str:
    return f"{{ vulnerability = {_text(one.vulnerability)}, justification = {_text(one.justification)} }}"


def _opened(one: OpenFinding) -> str:
    records = ", ".join(map(_text, one.records))
    parts = [f"finding = {_text(one.finding)}", f"class = {_text(one.class_)}", f"state = {_text(one.state)}"]
    parts += [f"package = {_text(one.package)}"] if one.package else []
    parts += [f"records = [{records}]"] if records else []
    return "{ " + ", ".join([*parts, f"title = {_text(one.title)}"]) + " }"


def _text(value: str) -> str:
    """A basic string, https://toml.io/en/v1.0.0#string: what shows as nothing, or as something else, is escaped."""
    kept = value.encode("utf-8", "replace").decode()
    quoted = json.dumps(kept, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in quoted)


def deadline(
    text: str, today: date, longest: date, *, option: str = "--decide", example: str = "accept-until:2027-01-31"
) -> date:
    """The day of `accept-until:DATE`, or of another option. Raises `UsageError`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{line(text, limit=40)!r} is no day", where=option, hint=example) from None
    if day < today:
        raise UsageError(f"{day} is over", where=option, hint="the last day on which it counts")
    if day > longest:
        raise UsageError(f"{day} is more than a year ahead", where=option, hint="look at it once a year")
    return day
