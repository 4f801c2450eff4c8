"""What is read here and sent there: new lines that take something worth stealing, beside new lines that send.

Either alone is what most programs do. Together, in one file or in two of which one names the other, to an address
that the package did not name before, they are how secrets leave. By words alone, as they stand in the languages that
packages are written in: rules that follow data cost ten times as much and see neither helpers nor callbacks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from scanner.codescan import languages, plain, taking
from scanner.codescan.addresses import Addresses, Told
from scanner.codescan.context import Context
from scanner.codescan.joined import Joined
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

_MOST_WORDS = 500
"""Words of one file that are looked up in what it was before; further ones count as new."""
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
    grave = {
        number: taken
        for number, file in enumerate(files)
        if (taken := [one for one in file.takes if one.says in _GRAVE])
    }
    joined = Joined([(file.change.path, file.text) for file in files], list(grave)) if grave else None
    for number, file in enumerate(files):
        near = _near(file)
        if near:
            around = _around(file, near)
            if (told := addresses.strange(around, file.change, near=_about(file, near[0][1]))) is not None:
                yield from _flow(context, file, file, [taken for taken, _ in near], near[0][1], told)
        elif (
            file.sends
            and joined is not None
            and (other := joined.first(number)) is not None
            and (told := addresses.strange(file.text, file.change, near=_about(file, file.sends[0]))) is not None
        ):
            yield from _flow(context, file, files[other], grave[other], file.sends[0], told)


def _near(file: _File) -> list[tuple[_Place, _Place]]:
    """What is taken with the place next to it that sends, where that is near enough."""
    found: list[tuple[_Place, _Place]] = []
    for taken in file.takes:
        index = bisect_left(file.sends, taken.at, key=lambda one: one.at)
        beside = file.sends[max(0, index - 1) : index + 1]
        sent = min(beside, key=lambda one: abs(one.at - taken.at), default=None)
        if sent is not None and abs(sent.at - taken.at) <= _APART:
            found.append((taken, sent))
    return found


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
    takes = tuple(_new(_places(taking.TAKEN, shown, numbers), old, had))
    sends = tuple(_places(taking.SENDS, shown, numbers))
    return _File(change, shown, takes, sends) if takes or sends else None


def _new(places: Iterator[_Place], old: str, had: set[Capability]) -> Iterator[_Place]:
    """Those whose word the file did not hold before, and that say what it did not do before."""
    stood: dict[str, bool] = {}
    for place in places:
        if place.word not in stood:
            stood[place.word] = len(stood) < _MOST_WORDS and place.word in old
        if not stood[place.word] and place.says not in had:
            yield place


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
    line: int | None = None,
) -> Signal:
    line = line or place.line
    return Signal(
        rule=rule, says=says, trigger=context.trigger(file.change.path, line), confidence=confidence,
        novelty=Novelty.FILE, path=file.change.path, line=line, excerpt=place.shown, message=message,
        old_path=file.change.old_path,
    )  # fmt: skip
