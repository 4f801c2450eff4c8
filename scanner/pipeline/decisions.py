"""Decisions on deliveries: an audit starts from the last one, and a new one is kept for the next.

None of them changes a finding, the verdict or the exit status: these say what was found, and the dossier what people
decided on it. Else whoever gets a line into the file would have a compromise pass for clear.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from scanner.errors import UsageError
from scanner.model.audit import AuditReport, Question
from scanner.model.decision import Answer, Decision, NotAffected, Recalled
from scanner.model.vex import JUSTIFICATIONS
from scanner.pipeline import policed
from scanner.policy import decisions
from scanner.policy.decisions import Book
from scanner.policy.file import LONGEST

_PATIENCE = 30.0


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decides, as the command line says it and once it makes sense."""

    answer: Answer
    until: date | None
    because: str
    by: str
    conditions: tuple[str, ...]
    not_affected: tuple[NotAffected, ...]


def wish(
    answer: str,
    *,
    because: str | None,
    by: str | None,
    conditions: Sequence[str],
    not_affected: Sequence[str],
    today: date,
) -> Wish:
    """Raises `UsageError` for what is no decision."""
    word, colon, day = answer.partition(":")
    if word not in set(Answer) or bool(colon) != (word == Answer.ACCEPT_UNTIL):
        raise UsageError(f"no decision {answer!r}", where="--decide", hint="accept, accept-until:DATE or refuse")
    for option, text in (("--because", because), ("--by", by)):
        if not (text or "").strip():
            raise UsageError("a decision needs it", where=option)
    if conditions and word != Answer.ACCEPT_UNTIL:
        raise UsageError("conditions are kept until a day", where="--condition", hint="--decide accept-until:DATE")
    if not_affected and word == Answer.REFUSE:
        raise UsageError("it goes with a delivery that is accepted", where="--not-affected")
    return Wish(
        answer=Answer(word),
        until=decisions.deadline(day, today, today + LONGEST) if colon else None,
        because=(because or "").strip(),
        by=(by or "").strip(),
        conditions=tuple(conditions),
        not_affected=tuple(map(_stated, not_affected)),
    )


def _stated(text: str) -> NotAffected:
    name, _, justification = text.partition("=")
    if not name or justification not in JUSTIFICATIONS:
        hint = "CVE-2026-0001=JUSTIFICATION, one of " + ", ".join(JUSTIFICATIONS)
        raise UsageError(f"{text!r} says not why", where="--not-affected", hint=hint)
    return NotAffected(vulnerability=name, justification=justification)


def place(named: Path | None, policy_file: Path | None) -> Path:
    """Where the decisions lie: as named, else beside the policy, else in this folder."""
    if named is not None:
        return named
    return (Path() if policy_file is None else policy_file.parent) / decisions.NAME


def book(path: Path, *, needed: bool) -> Book:
    """The decisions so far; none where the file is not there and nobody named it. Raises `UsageError`."""
    if not needed and not os.path.lexists(path):
        return Book(file=path.as_posix())
    return decisions.parse(policed.read(path, "--decisions"), where=path.as_posix())


def recall(report: AuditReport, known: Book, now: datetime) -> AuditReport:
    """The dossier with what was decided on this delivery, or on the last of its product."""
    number = known.on(report.digest, _product(report), _vendor(report))
    if number is None:
        return report
    decision, today = known.decisions[number], now.astimezone(UTC).date()
    new, gone = decisions.since(decision, report.report.findings)
    recalled = Recalled(
        decision=decision,
        where=f"{known.file}:{known.lines[number]}",
        same=decision.sha256 == report.digest,
        expired=decision.expired(today),
        new=new,
        gone=gone,
    )
    asked = () if recalled.stands else tuple(_asked(decision))
    return msgspec.structs.replace(report, decision=recalled, questions=(*asked, *report.questions))


def _asked(decision: Decision) -> Iterator[Question]:
    """Whether the conditions were kept is for the vendor to show."""
    for condition in decision.conditions:
        which = decision.version or decision.sbom
        text = f"Delivery {which} was accepted on {decision.made.date()} on a condition. Has it been met? {condition}"
        yield Question(about="condition", text=text)


def decide(report: AuditReport, path: Path, wished: Wish, now: datetime) -> AuditReport:
    """Keep a decision on this delivery. Raises `UsageError` where nothing can be decided on, or kept."""
    if not report.digest:
        raise UsageError("an SBOM that cannot be read cannot be decided on", where=report.report.target)
    subject = report.subject
    made = Decision(
        decide=wished.answer,
        until=wished.until,
        because=wished.because,
        by=wished.by,
        conditions=wished.conditions,
        made=now.astimezone(UTC).replace(microsecond=0),
        sha256=report.digest,
        sbom=report.report.target,
        product=_product(report),
        version="" if subject is None else subject.version or "",
        vendor=_vendor(report),
        verdict=report.report.verdict,
        not_affected=wished.not_affected,
        open=decisions.opened(report.report.findings),
    )
    kept = _append(path, made)
    recalled = Recalled(decision=made, where=f"{kept.file}:{kept.lines[-1]}", same=True, expired=False, fresh=True)
    return msgspec.structs.replace(report, decision=recalled)


def _product(report: AuditReport) -> str:
    """Without a version, so that the next delivery is known by it."""
    subject = report.subject
    if subject is None or report.product != f"{subject.name} {subject.version or ''}".strip():
        return report.product
    return subject.name


def _vendor(report: AuditReport) -> str:
    return "" if report.subject is None else report.subject.supplier or ""


def _append(path: Path, made: Decision) -> Book:
    """Put a decision behind the others: one writer at a time, the old file or the new, what people wrote untouched."""
    real = path.resolve()  # a link stays one
    try:
        with _alone(real.parent):
            old = policed.read(real, "--decisions") if os.path.lexists(real) else decisions.HEAD.encode()
            decisions.parse(old, where=path.as_posix())
            new = old + (b"" if old.endswith(b"\n") else b"\n") + decisions.table(made).encode()
            kept = decisions.parse(new, where=path.as_posix())
            _replace(real, new)
            return kept
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=path) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder itself, so that no lock is left lying in a repository."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise UsageError("somebody else is writing decisions there", where=folder) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(lock)


def _replace(path: Path, data: bytes) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            scratch.chmod(path.stat().st_mode & 0o777)
        scratch.replace(path)
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
