"""Text that is not what it looks like: invisible, reversed, look-alike, off the screen, or packed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, partial

from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.model.signal import Concealment, Confidence, Novelty, Signal
from scanner.shape import encoding

# A run of variation selectors or tags carries bytes; a single one follows an emoji.
_INVISIBLE = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\U000e0000-\U000e007f]{3,}|[\u200b-\u200d\u2060]{4,}")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH_IN_WORD = re.compile(r"[A-Za-z_][\u200b-\u200d\u2060\ufeff]+[A-Za-z_]")
_OFF_SCREEN = re.compile(r"\S?[ \t]{200,}\S")
_BLANKS = " " * 200
_OBFUSCATED = re.compile(r"\b_0x[0-9a-f]{4,}\b")
_IDENTIFIER = re.compile(r"[^\W\d]\w{2,60}")
_LONG_LINE = 5_000
_CODE = re.compile(
    r"\.(?:[cm]?[jt]sx?|py|pyw|rb|php|go|rs|java|kt|sh|ps1|c|h|cc|cpp|m4|pth|pl|lua|cs)\Z", re.IGNORECASE
)

_SETTINGS = re.compile(r"\.(?:json[c5]?|ya?ml|toml|cfg|ini|xml|gradle|lock)\Z", re.IGNORECASE)


def check(context: Context) -> Iterator[Signal]:
    """Fresh lines of text files, and files that turned unreadable."""
    packed_before = cache(partial(_had_packed, context))
    for change in context.changes(Kind.ADDED, Kind.CHANGED):
        if not context.is_text(change):
            continue
        code = _CODE.search(change.path) is not None
        named = code or _SETTINGS.search(change.path) is not None
        text = encoding.lenient_text(context.data(change))
        # Most files end here, and it is much cheaper than each line.
        if not text.isascii() or (code and _BLANKS in text.replace("\t", " ")):
            for number, line in context.fresh(change).items():
                yield from _line(change, number, line, code=code, named=named)
        if code:
            yield from _whole(context, change, packed_before=packed_before)


def _line(change: Change, number: int, line: str, *, code: bool, named: bool) -> Iterator[Signal]:
    if not line.isascii():
        if _INVISIBLE.search(line):
            yield _signal(change, number, "invisible-text", Concealment.HIDDEN_UNICODE, Confidence.HIGH,
                          "a run of invisible characters, which can carry code")  # fmt: skip
        if _BIDI.search(line):
            yield _signal(change, number, "reversed-text", Concealment.HIDDEN_UNICODE, Confidence.MEDIUM,
                          "characters that change the direction of text: it reads otherwise than it runs")  # fmt: skip
        # Translators type them; a name that a machine reads has no use for them.
        if named and _ZERO_WIDTH_IN_WORD.search(line):
            yield _signal(change, number, "zero-width-in-word", Concealment.HIDDEN_UNICODE, Confidence.MEDIUM,
                          "invisible characters inside a word")  # fmt: skip
        if code and (name := _look_alike(line)) is not None:
            spelled = name.encode("ascii", "backslashreplace").decode()
            yield _signal(change, number, "look-alike-name", Concealment.HIDDEN_UNICODE, Confidence.MEDIUM,
                          f"a name that mixes alphabets: {spelled}")  # fmt: skip
    if code and _OFF_SCREEN.search(line):
        yield _signal(change, number, "off-screen-code", Concealment.OFF_SCREEN, Confidence.HIGH,
                      "code behind two hundred blanks, where no window shows it")  # fmt: skip


def _whole(context: Context, change: Change, *, packed_before: Callable[[], bool]) -> Iterator[Signal]:
    text, before = encoding.lenient_text(context.data(change)), context.old_text(change)
    names = len(set(_OBFUSCATED.findall(text))) if "_0x" in text else 0
    old_names = len(set(_OBFUSCATED.findall(before)))
    if names >= 5 and names > old_names * 2:
        line = text.count("\n", 0, next(_OBFUSCATED.finditer(text)).start()) + 1
        yield _signal(change, line, "obfuscated-names", Concealment.OBFUSCATED, Confidence.HIGH,
                      f"{names} names as an obfuscator writes them")  # fmt: skip
    if _longest(text) > _LONG_LINE >= _longest(before) and not packed_before():
        yield _signal(change, None, "packed-code", Concealment.MINIFIED, Confidence.LOW,
                      f"a line of {_longest(text):,} characters, in a package that had none")  # fmt: skip


def _had_packed(context: Context) -> bool:
    return context.old is not None and any(
        entry.link is None and _CODE.search(path) and _packed(context, path)
        for path, entry in context.old.entries.items()
    )


def _packed(context: Context, path: str) -> bool:
    assert context.old is not None
    if path.endswith((".min.js", ".min.mjs")):
        return True
    if context.old.entries[path].size < _LONG_LINE:
        return False
    return _longest(encoding.lenient_text(context.old.read(path))) > _LONG_LINE


def _longest(text: str) -> int:
    return max(map(len, text.splitlines()), default=0)


def _look_alike(line: str) -> str | None:
    """An identifier that mixes Latin with letters that look like it. UTS 39, mixed-script detection."""
    for word in _IDENTIFIER.findall(line):
        if word.isascii():
            continue
        scripts = {unicodedata.name(char, "").partition(" ")[0] for char in word if char.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "MATHEMATICAL", "FULLWIDTH"}:
            return str(word)
    return None


def _signal(
    change: Change, line: int | None, rule: str, says: Concealment, confidence: Confidence, message: str
) -> Signal:
    return Signal(
        rule=rule, says=says, confidence=confidence, novelty=Novelty.FILE, path=change.path, line=line,
        message=message, old_path=change.old_path,
    )  # fmt: skip
