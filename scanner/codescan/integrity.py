"""Is a copy what it claims to be? Against its release: "edited in place". Against checksums that travel with it: a sign
of an edit, and never a proof that there is none, since both can be edited together.
"""

from __future__ import annotations

import difflib
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from scanner.codescan import installed
from scanner.codescan.pairing import Change, Kind, Pairing
from scanner.errors import InputError
from scanner.model.component import Location, Problem
from scanner.model.finding import Evidence, Finding, FindingClass, Severity, State
from scanner.model.signal import Confidence, Novelty, Provenance, Signal
from scanner.model.tree import Tree
from scanner.shape import encoding, record_csv

_MOST_DIFF = 256 * 1024
_MOST_LINES = 5_000
"""Of each side; what is larger is shown by its first new lines."""
_SHOWN = 14
_WIDE = 160
_LISTED = 12
_MOST_RECORD = 32 * 1024 * 1024


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A copy beside its release."""

    pairing: Pairing
    """What differs and is to be judged: without what installers add, and without what is only missing."""
    signals: tuple[Signal, ...]
    """One for each file that was edited or added."""
    missing: int
    explained: int
    """Files that differ because an installer or a build made them so."""
    built: tuple[str, ...]
    """Programs that an install script of the release may have built: nothing tells whether it did."""

    @property
    def edited(self) -> bool:
        return bool(self.signals)


def compare(release: str, proof: str, old: Tree, new: Tree, pairing: Pairing) -> Compared:
    """Sort what differs between a release and a copy of it; `release` and `proof` are shown to people."""
    kept: list[Change] = []
    signals: list[Signal] = []
    built: list[str] = []
    missing = explained = 0
    makes = installed.Maker(old, new)
    for change in pairing.changes:
        if change.kind is Kind.REMOVED:
            missing += 1
        elif change.kind in (Kind.MODE, Kind.MOVED) or makes.writes(change):
            explained += 1
        elif makes.builds(change):
            built.append(change.path)
        else:
            kept.append(change)
            signals.append(_signal(change, f"{release} ({proof})", old, new))
    return Compared(
        pairing=msgspec.structs.replace(pairing, changes=tuple(kept)),
        signals=tuple(signals),
        missing=missing,
        explained=explained,
        built=tuple(built),
    )


def _signal(change: Change, release: str, old: Tree, new: Tree) -> Signal:
    before, after = _content(old, change.old_path), _content(new, change.path)
    line, excerpt = None, ""
    confidence = Confidence.HIGH
    if change.entry is not None and change.entry.link is not None:
        message = f"a link to {change.entry.link[:200]}, where {release} has none"
    elif before is None:
        message = f"{release} has no such file"
        excerpt = "\n".join(f"+{text[:_WIDE]}" for text in _lines(after or b"")[:_SHOWN])
    elif after is not None and _unended(before) == _unended(after):
        message, confidence = f"only its line endings are not those of {release}", Confidence.LOW
    else:
        message = f"it is not as {release} has it"
        line, excerpt = _difference(before, after or b"")
    return Signal(
        rule="edited-in-place", says=Provenance.EDITED_IN_PLACE, confidence=confidence, novelty=Novelty.FILE,
        path=change.path, line=line, excerpt=excerpt, message=message, old_path=change.old_path,
    )  # fmt: skip


def _content(tree: Tree, path: str | None) -> bytes | None:
    try:
        return None if path is None or path not in tree.entries else tree.read(path)
    except InputError:
        return None


def _unended(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").rstrip(b"\n")


def _lines(data: bytes) -> list[str]:
    return [] if b"\0" in data[:8_000] else encoding.lenient_text(data[:_MOST_DIFF]).splitlines()


def _difference(before: bytes, after: bytes) -> tuple[int | None, str]:
    """The first changed line of the copy, and the beginning of the difference as `diff -u` writes it."""
    old, new = _lines(before), _lines(after)
    if not new and after:
        return None, f"{len(before):,} bytes in the release, {len(after):,} here"
    same = next((number for number, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(old), len(new)) if same is None else same
    if max(len(old), len(new)) > _MOST_LINES or max(len(before), len(after)) > _MOST_DIFF:
        # The whole would take a minute to compare: what stands at the first difference tells enough.
        shown = [f"-{text}" for text in old[first : first + 3]] + [f"+{text}" for text in new[first : first + 3]]
    else:
        shown = [text.rstrip("\n") for text in difflib.unified_diff(old, new, n=1, lineterm="")][2:]
    return first + 1, "\n".join(text[:_WIDE] for text in shown[:_SHOWN])


def self_consistency(
    kind: str, paths: Mapping[str, None], tree: Tree, root: str, claim: Location | None
) -> Iterator[Finding | Problem]:
    """What the checksums beside the code say of it: `RECORD` of Python, `.cargo-checksum.json` of cargo."""
    if claim is None or kind not in _CHECKSUMS:
        return
    try:
        where, expected = _CHECKSUMS[kind](tree, root, claim)
    except InputError as error:
        yield Problem(where=claim.path, what=error.what, hint=error.hint)
        return
    wrong: list[str] = []
    for path, digest in expected.items():
        entry = tree.entries.get(path)
        if path not in paths or entry is None or entry.link is not None:
            continue
        try:
            if not _has(tree.read(path), digest):
                wrong.append(path)
        except InputError as error:
            yield Problem(where=path, what=error.what, hint=error.hint)
    if wrong:
        yield _inconsistent(where, wrong)


def _inconsistent(where: str, wrong: list[str]) -> Finding:
    name = where.rpartition("/")[2]
    text = "\0".join(("self-inconsistent", where, *sorted(wrong)))
    count = f"{len(wrong)} file{'' if len(wrong) == 1 else 's'}"
    return Finding(
        id=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20],
        class_=FindingClass.INTEGRITY,
        state=State.CERTAIN,
        severity=Severity.MEDIUM,
        title=f"{where.rpartition('/')[0]}: {count} changed since {name} was written",
        reason=f"{name} gives another digest; it travels with the code, so it shows an edit and never rules one out",
        component=None,
        claims=(),
        evidence=tuple(
            Evidence(location=Location(path), value=f"differs from its own {name}") for path in wrong[:_LISTED]
        ),
        what_to_do="Find out who changed it, or install it anew; compare with the release: --online or --pristine.",
    )


def _record(tree: Tree, root: str, claim: Location) -> tuple[str, dict[str, str]]:
    where = f"{claim.path.rpartition('/')[0]}/RECORD"
    entry = tree.entries.get(where)
    if entry is None or entry.link is not None or entry.size > _MOST_RECORD:
        return where, {}
    return where, {f"{root}/{row.path}": row.digest for row in record_csv.rows(tree.read(where)) if row.digest}


def _cargo(tree: Tree, root: str, claim: Location) -> tuple[str, dict[str, str]]:
    said = installed.json_object(tree, claim.path).get("files")
    files: dict[str, Any] = said if isinstance(said, dict) else {}
    return claim.path, {
        f"{root}/{path}": f"sha256={value}" for path, value in files.items() if isinstance(value, str) and value
    }


_CHECKSUMS: Mapping[str, Callable[[Tree, str, Location], tuple[str, dict[str, str]]]] = {
    "python": _record,
    "cargo": _cargo,
}


def _has(data: bytes, digest: str) -> bool:
    """`sha256=<hex, or base64 without padding>`; an algorithm that we do not know is no contradiction."""
    algorithm, _, value = digest.partition("=")
    if algorithm not in ("sha256", "sha384", "sha512"):
        return True
    got = hashlib.new(algorithm, data).digest()
    return value.strip().lower() == got.hex() or value.strip().rstrip("=") == urlsafe_b64encode(got).decode().rstrip(
        "="
    )
