"""What is read here and sent there: new lines that take something worth stealing, beside new lines that send.

Either alone is what most programs do. Together, in one file or in two of which one names the other, to an address
that the package did not name before, they are how secrets leave. By words alone, as they stand in the languages that
packages are written in: rules that follow data cost ten times as much and see neither helpers nor callbacks.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.codescan import languages, plain, taking
from scanner.codescan.addresses import Addresses, Told
from scanner.codescan.context import Context
from scanner.codescan.pairing import Change, Kind
from scanner.model.signal import Capability, Confidence, Novelty, Provenance, Signal, Trigger

_APART = 3_000
"""Characters of new lines between what is taken and what is sent, at most, in one file."""
_MADE_WITHIN = 600
"""Characters before and after what sends, within which its address is made."""
_PACKED = 2_000
"""Characters of a line that is packed: what a bundle took before in some way it takes now in another."""
_MOST = 1_000_000
"""Characters of new lines in one file; a larger change is a bundle, where everything lies beside everything."""
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|docs?|examples?|samples?|benchmarks?|fixtures?)/|[._]test\.|\.d\.ts\Z"
)
_CODE = frozenset(
    (".py", ".js", ".ts", ".tsx", ".rb", ".sh", ".ps1", ".go", ".rs", ".php", ".java", ".kt", ".cs", ".c", ".cpp",
     ".lua", ".swift", ".mk", ".html", ".yml", ".json", ".dockerfile", ".xml", ".gradle", ".bat", ".vbs")
)  # fmt: skip
_PAGES = (".vue", ".svelte", ".astro", ".erb", ".ejs", ".hbs", ".tpl", ".twig", ".jinja", ".jinja2", ".j2", ".liquid",
          ".mustache", ".ipynb", ".blade.php")  # fmt: skip
"""Endings of templates and notebooks, which hold code of pages and programs."""
_COMMENT = re.compile(r"^\s*(?://|#(?!!)|\*|/\*|--\s|<!--).*$", re.MULTILINE)

_BY_FOLDER = (".go", ".java", ".kt", ".cs")
"""Endings of languages in which the files of a folder see each other without a word."""
_GRAVE = frozenset((Capability.ENVIRONMENT, Capability.CREDENTIALS, Capability.BROWSER_DATA))
"""What counts when it is taken in one file and sent in another."""


class _Place(NamedTuple):
    """A word in the new lines of a file."""

    says: Capability
    at: int
    line: int
    word: str
    shown: str


class _File(NamedTuple):
    change: Change
    text: str
    takes: tuple[_Place, ...]
    sends: tuple[_Place, ...]


def check(context: Context) -> Iterator[Signal]:
    """Of each file that sends what it, or a file beside it, newly takes, to an address that is strange: all three."""
    if context.old is None:
        return
    files = [
        file
        for change in context.changes(Kind.ADDED, Kind.CHANGED)
        if languages.ending(change.path, b"") in _CODE
        or change.path.endswith(_PAGES)
        or "." not in change.path.rpartition("/")[2]
        if (file := _read(context, change)) is not None
    ]
    addresses = Addresses(context)
    for file in files:
        near = [
            (taken, min(file.sends, key=lambda one, at=taken.at: abs(one.at - at)))  # type: ignore[misc]
            for taken in file.takes
            if any(abs(taken.at - sent.at) <= _APART for sent in file.sends)
        ]
        if near:
            around = _around(file, near)
            if (told := addresses.strange(around, file.change, near=_about(file, near[0][1]))) is not None:
                yield from _flow(context, file, file, [taken for taken, _ in near], near[0][1], told)
        elif file.sends:
            for other in files:
                grave = [one for one in other.takes if one.says in _GRAVE]
                if other is file or not grave or not _are_joined(file, other, files):
                    continue
                if (told := addresses.strange(file.text, file.change, near=_about(file, file.sends[0]))) is not None:
                    yield from _flow(context, file, other, grave, file.sends[0], told)
                    break


def _around(file: _File, near: list[tuple[_Place, _Place]]) -> str:
    """The new lines about what is taken and sent: of a small change all of them."""
    if len(file.text) <= 2 * _APART:
        return file.text
    first = min(min(taken.at, sent.at) for taken, sent in near)
    last = max(max(taken.at, sent.at) for taken, sent in near)
    return file.text[max(0, first - _APART) : last + _APART]


def _about(file: _File, sent: _Place) -> str:
    return file.text[max(0, sent.at - _MADE_WITHIN) : sent.at + _MADE_WITHIN]


def _read(context: Context, change: Change) -> _File | None:
    if not context.is_text(change):
        return None
    if _TESTS.search(change.path) and context.trigger(change.path) is Trigger.RUN:
        return None
    fresh = context.fresh(change)
    text = "\n".join(fresh.values())
    if not text or len(text) > _MOST:
        return None
    bare = _COMMENT.sub(lambda found: " " * len(found[0]), text)
    # Words that only show once what is encoded or in pieces is put together; the lines stay where they are.
    decoded = plain.reading(bare)
    shown = bare if decoded is None or decoded.count("\n") != bare.count("\n") else decoded
    numbers, old = list(fresh), context.old_text(change)
    # What the file took before is nothing new, on whatever line it stands now.
    had = {place.says for place in _places(taking.TAKEN, old, [0])} if _is_packed(shown) else set()
    takes = tuple(
        place for place in _places(taking.TAKEN, shown, numbers) if place.word not in old and place.says not in had
    )
    sends = tuple(_places(taking.SENDS, shown, numbers))
    return _File(change, shown, takes, sends) if takes or sends else None


def _is_packed(text: str) -> bool:
    return any(len(line) > _PACKED for line in text.split("\n"))


def _places(pattern: re.Pattern[str], text: str, numbers: list[int]) -> Iterator[_Place]:
    lines, at, index = text.split("\n"), 0, 0
    for found in pattern.finditer(text):
        says = taking.TAKES[int(found.lastgroup[1:])][0] if found.lastgroup else Capability.NETWORK
        index, at = index + text.count("\n", at, found.start()), found.start()
        yield _Place(
            says, found.start(), numbers[min(index, len(numbers) - 1)], found[0].strip(), lines[index].strip()[:300]
        )


def _are_joined(one: _File, other: _File, files: list[_File]) -> bool:
    """Whether new lines of one of them, or of a third file, name the other, as what they load does."""
    if _names(one, other) or _names(other, one):
        return True
    if (
        one.change.path.endswith(_BY_FOLDER)
        and posixpath.split(one.change.path)[0] == posixpath.split(other.change.path)[0]
    ):
        return True
    return any(_names(third, one) and _names(third, other) for third in files if third not in (one, other))


def _names(one: _File, other: _File) -> bool:
    stem = other.change.path.rpartition("/")[2].partition(".")[0]
    if stem in ("index", "__init__", "mod", "lib", "main"):
        stem = other.change.path.rpartition("/")[0].rpartition("/")[2]
    if len(stem) < 3 or stem not in one.text:
        return False
    named = rf"(?<![\w-]){re.escape(stem)}"
    loads = rf"(?:require|import|from|include|load|use|mod|source|\.)[^\n;]{{0,80}}{named}(?![\w-])|{named}\."
    return re.search(loads, one.text) is not None


def _flow(
    context: Context, file: _File, source: _File, taken: list[_Place], sent: _Place, told: Told
) -> Iterator[Signal]:
    first: dict[Capability, _Place] = {}
    for place in taken:
        first.setdefault(place.says, place)
    facts = {place.shown for place in taken if place.says is Capability.HOST_CHECK}
    for says, place in first.items():
        # One fact about a machine is what greetings and reports of errors hold.
        weak = says is Capability.HOST_CHECK and len(facts) < 2
        where = "" if source is file else f" (in {source.change.path})"
        yield _signal(context, file, "flow-takes", says, place, f"takes what it can send{where}",
                      confidence=Confidence.LOW if weak else Confidence.MEDIUM,
                      line=place.line if source is file else sent.line)  # fmt: skip
    yield _signal(context, file, "flow-sends", Capability.NETWORK, sent, "sends, beside what it takes")
    yield _signal(context, file, "new-address", Provenance.NEW_ADDRESS, sent, told.message, confidence=told.confidence)


def _signal(
    context: Context,
    file: _File,
    rule: str,
    says: Capability | Provenance,
    place: _Place,
    message: str,
    *,
    confidence: Confidence = Confidence.MEDIUM,
    novelty: Novelty = Novelty.FILE,
    line: int | None = None,
) -> Signal:
    line = line or place.line
    return Signal(
        rule=rule, says=says, trigger=context.trigger(file.change.path, line), confidence=confidence, novelty=novelty,
        path=file.change.path, line=line, excerpt=place.shown, message=message, old_path=file.change.old_path,
    )  # fmt: skip
