"""New or changed programs and archives, files that lie about what they are, and test data that a build reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.model.signal import Concealment, Confidence, Novelty, Provenance, Signal, Trigger

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "ELF program"),
    (b"MZ", "Windows program"),
    (b"\xfe\xed\xfa\xce", "macOS program"),
    (b"\xfe\xed\xfa\xcf", "macOS program"),
    (b"\xce\xfa\xed\xfe", "macOS program"),
    (b"\xcf\xfa\xed\xfe", "macOS program"),
    (b"\xca\xfe\xba\xbe", "macOS or Java program"),
    (b"\0asm", "WebAssembly"),
    (b"PK\x03\x04", "zip archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip archive"),
    (b"Rar!", "rar archive"),
    (b"\x89PNG", "PNG picture"),
    (b"GIF8", "GIF picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"%PDF", "PDF"),
    (b"wOF2", "font"),
    (b"wOFF", "font"),
)
_PROGRAMS = ("program", "WebAssembly")
# What the endings of text promise not to be, and what pictures and fonts promise to be.
_TEXT = re.compile(
    r"\.(?:[cm]?[jt]sx?|py|rb|php|sh|ps1|json|ya?ml|toml|md|txt|css|html?|xml|svg|go|rs|java|c|h|m4)\Z", re.I
)
_PICTURES = {".png": "PNG picture", ".gif": "GIF picture", ".jpg": "JPEG picture", ".jpeg": "JPEG picture",
             ".woff": "font", ".woff2": "font", ".pdf": "PDF"}  # fmt: skip
_TEST_PLACE = re.compile(r"(?:^|[\s\"'/=(])((?:[\w.-]+/)*(?:tests?|testdata|fixtures?|samples?|corpus)/[\w./-]+)", re.I)
_IN_TESTS = re.compile(r"(?:^|/)(?:tests?|testdata|fixtures?|samples?|corpus)/", re.I)
# Tests that are run are code, and judged as such; a name without an ending is a part of one.
_CODE = re.compile(
    r"(?:\.(?:py|[cm]?[jt]sx?|sh|rb|php|go|rs|c|cc|cpp|h|java|pl|t|cmake|mk|ya?ml|toml|cfg|ini|md|rst)|/)\Z"
)
_FED = re.compile(
    r"\||\beval\b|\bexec|xz\b|gzip|gunzip|bunzip|openssl|\btr\b|\bhead\b|\btail\b|\bsed\b|base64|\$\(|`|open\(|read"
)


def kind(data: bytes) -> str | None:
    """What some bytes are, by how they begin."""
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def check(context: Context) -> Iterator[Signal]:
    """Programs, archives, disguises, executable bits, and fixtures read by what builds."""
    for change in context.changes(Kind.ADDED, Kind.CHANGED):
        data = context.data(change)
        found = kind(data)
        lie = _lie(change.path, found, data)
        if lie is not None:
            yield _signal(change, "disguised-file", Concealment.DISGUISED, _weight(change.path, found), lie)
        elif _is_program(found):
            verb = "a new" if change.kind is Kind.ADDED else "a changed"
            yield _signal(change, "program-file", Concealment.BINARY, Confidence.MEDIUM, f"{verb} {found}")
        elif found is not None and found.endswith(("archive", "data")) and change.kind is Kind.ADDED:
            yield _signal(change, "packed-file", Concealment.BINARY, Confidence.LOW, f"a new {found}")
        if found is None and context.is_text(change):
            yield from _reads_test_data(context, change)
    for change in context.pairing.changes:
        if change.kind is Kind.MODE and change.entry is not None and change.entry.executable:
            yield _signal(change, "executable-bit", Trigger.RUN, Confidence.LOW, "became executable")


def _lie(path: str, found: str | None, data: bytes) -> str | None:
    """What a file's ending promises and its content breaks."""
    ending = "." + path.rpartition(".")[2].lower()
    if ending in _PICTURES and data and found != _PICTURES[ending]:
        return f"it is called {ending} and is {found or 'no such thing'}"
    if _TEXT.search(path) and found is not None:
        return f"it is called {ending} and is a {found}"
    return None


def _weight(path: str, found: str | None) -> Confidence:
    """Tests hold broken pictures and misnamed attachments, to see what becomes of them; programs are another matter."""
    return Confidence.MEDIUM if _IN_TESTS.search(path) and not _is_program(found) else Confidence.HIGH


def _is_program(found: str | None) -> bool:
    return found is not None and any(word in found for word in _PROGRAMS)


def _only_code(context: Context, place: str) -> bool:
    """Whether what a line names, or begins to name (`tests/test_$NAME`), is code: then tests are run, not read."""
    named = [path for path in context.new.entries if place in path]
    return all(map(_CODE.search, named or [place]))


def _reads_test_data(context: Context, change: Change) -> Iterator[Signal]:
    """As in XZ Utils 5.6: a build macro that feeds a test file through a pipe."""
    trigger = context.trigger(change.path)
    if trigger not in (Trigger.BUILD, Trigger.INSTALL):
        return
    for number, line in context.fresh(change).items():
        place = _TEST_PLACE.search(line)
        if place is not None and _FED.search(line) and not _only_code(context, place[1]):
            yield Signal(
                rule="build-reads-test-data", says=Provenance.TEST_DATA, trigger=trigger, confidence=Confidence.MEDIUM,
                novelty=Novelty.FILE, path=change.path, line=number, excerpt=line.strip()[:300],
                message=f"a file that runs at build time reads {place[1]}", old_path=change.old_path,
            )  # fmt: skip


def _signal(change: Change, rule: str, says: Concealment | Trigger, confidence: Confidence, message: str) -> Signal:
    novelty = Novelty.FILE if change.kind is Kind.ADDED else Novelty.LINE
    return Signal(
        rule=rule, says=says, confidence=confidence, novelty=novelty, path=change.path, message=message,
        old_path=change.old_path,
    )  # fmt: skip
