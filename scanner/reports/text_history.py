"""What became of a finding over time, as a small picture: who brought it, who took it away, where it still is."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.display import line
from scanner.model.history import Event, EventKind, Exposure, History
from scanner.reports.printer import Printer

_EVENTS, _REFS = 12, 8
_MARKS = {
    EventKind.PRESENT: "| there already",
    EventKind.INTRODUCED: "+ introduced",
    EventKind.MERGED: "> merged",
    EventKind.REMOVED: "- removed",
}
_PLACES = (("refs/heads/", ""), ("refs/remotes/", ""), ("refs/tags/", "tag "), ("refs/", ""))


def summary(put: Printer, history: History) -> None:
    """What was looked at."""
    since = "in all" if history.since == "all" else f"since {line(history.since)}"
    put.field(
        "History",
        f"{_number(history.commits, 'commit')} on {_number(len(history.refs), 'ref')} {since}, "
        f"{_number(history.versions, 'version')} of lockfiles, manifests and SBOMs",
        indent=0,
    )


def tell(put: Printer, exposure: Exposure) -> None:
    """Write the exposure of the finding that was told just before."""
    span = exposure.first.time[:10]
    ends = [event for event in exposure.events if event.kind is EventKind.REMOVED]
    # A tag stays where it is for ever: it still ships what it holds, but nobody works on it.
    alive = any(not ref.startswith("refs/tags/") for ref in exposure.still_in)
    until = "to this day" if alive or not ends else f"to {ends[-1].at.time[:10]}"
    put.field("exposed", f"{span} {until}, in {_number(exposure.commits, 'commit')}: {line(exposure.path)}")
    first, last = exposure.window
    if exposure.in_window is not None:
        dates = " to ".join(dict.fromkeys(line(date) for date in (first, last) if date))
        word = "within" if exposure.in_window else "outside"
        put.field("window", f"{word} the time in which the campaign was seen ({dates})")
    shown = exposure.events if len(exposure.events) <= _EVENTS else (*exposure.events[:6], *exposure.events[-6:])
    for number, event in enumerate(shown):
        put.item("time" if number == 0 else "", _event(event), _who(event))
        if number == 5 and len(shown) < len(exposure.events):
            put.item("", f"… {len(exposure.events) - len(shown):,} more steps (--format json has all)")
    put.field("still in", _refs(exposure.still_in) or "none of the refs")
    gone = [ref for ref in exposure.reached if ref not in exposure.still_in]
    if gone:
        put.field("history", f"it also lies in the history of {_refs(gone)}")


def _event(event: Event) -> str:
    return f"{event.at.time[:16].replace('T', ' ')}Z  {_MARKS[event.kind]:<15} {event.at.commit[:12]}"


def _who(event: Event) -> str:
    moved = ""
    if event.moved is not None:
        moved = f" ({'moved to' if event.kind is EventKind.REMOVED else 'moved from'} {line(event.moved, limit=100)})"
    return f"{line(event.at.author, limit=60)}: {line(event.at.subject, limit=80)}{moved}"


def _refs(refs: Sequence[str]) -> str:
    names = ", ".join(short(ref) for ref in refs[:_REFS])
    return names + (f" and {len(refs) - _REFS:,} more" if len(refs) > _REFS else "")


def short(ref: str) -> str:
    """A ref as people call it."""
    for place, word in _PLACES:
        if ref.startswith(place):
            return word + line(ref.removeprefix(place), limit=100)
    return line(ref, limit=100)


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")
