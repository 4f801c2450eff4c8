"""Exposures as they are told: each with the finding of the commit that shows it first, and what became of it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

import msgspec

from scanner.errors import InputError
from scanner.matching import merge
from scanner.model.component import Component, Location
from scanner.model.finding import Finding, FindingClass
from scanner.model.history import Event, EventKind, Exposure, Moment
from scanner.model.inventory import Reading
from scanner.model.moment import rfc3339
from scanner.pipeline.exposures import Trace
from scanner.pipeline.file_versions import Key, Versions, key_of
from scanner.pipeline.history_states import Ledger
from scanner.targets.git_objects import Commit, Repository


class Examples:
    """For each exposure, the version of its file that showed it first, read once more: with lines and paths."""

    def __init__(self, repository: Repository, versions: Versions, ledger: Ledger) -> None:
        self._repository = repository
        self._versions = versions
        self._ledger = ledger

    def readings(self) -> Iterator[Reading]:
        """The readings, each under a path of its own: `<commit>:./<path>`, as git itself names such a file."""
        done: set[str] = set()
        for path, _, version, commit in self._ledger.seen:
            place = self.place(path, commit)
            if place in done:
                continue
            done.add(place)
            try:
                reading, _ = self._versions.reading(path, version.blob, commit.tree)
            except InputError:  # read before, and gone since
                continue
            if reading is not None:
                yield msgspec.structs.replace(
                    reading,
                    path=place,
                    components=tuple(_moved(one, place) for one in reading.components),
                    subject=None if reading.subject is None else _moved(reading.subject, place),
                    subject_parts=tuple(_moved(one, place) for one in reading.subject_parts),
                    problems=(),
                )

    def place(self, path: str, commit: Commit) -> str:
        return f"{commit.id[:12]}:./{self.shown(path)}"

    def shown(self, path: str) -> str:
        return self._versions.shown(path)


def _moved(component: Component, place: str) -> Component:
    return msgspec.structs.replace(
        component, location=Location(place, component.location.line, component.location.needle)
    )


def tell(
    repository: Repository,
    examples: Examples,
    ledger: Ledger,
    traces: Mapping[int, Trace],
    found: Sequence[Finding],
) -> tuple[tuple[Finding, ...], tuple[Exposure, ...]]:
    """The findings in the order in which they were found to weigh, and their exposures in the same order."""
    by_place = {
        (finding.component.location.path, key_of(finding)): (rank, finding)
        for rank, finding in enumerate(found)
        if finding.component is not None
    }
    moves = _moves(ledger, traces, examples)
    moment = cache(lambda commit: _moment(repository, commit))
    told: list[tuple[int, Finding, Exposure]] = []
    for number, trace in traces.items():
        path, key, _, commit = ledger.seen[number]
        known = by_place.get((examples.place(path, commit), key))
        if known is None:  # the object has gone since it was read
            continue
        rank, finding = known
        finding = _at_home(finding, examples.shown(path))
        first, last = moment(trace.first), moment(trace.last)
        window = (None, None) if finding.campaign is None else (finding.campaign.first_seen, finding.campaign.last_seen)
        exposure = Exposure(
            finding=finding.id,
            path=examples.shown(path),
            first=first,
            last=last,
            commits=trace.commits,
            events=tuple(
                Event(
                    kind=step.kind,
                    at=moment(step.commit),
                    moved=moves.get((step.commit.id, key, step.kind is EventKind.REMOVED)),
                )
                for step in trace.steps
            ),
            still_in=tuple(sorted(trace.still_in)),
            reached=tuple(sorted(trace.reached)),
            window=window,
            in_window=_overlap(trace, window),
        )
        told.append((rank, finding, exposure))
    told.sort(key=lambda one: (one[0], one[2].first.time))
    return tuple(finding for _, finding, _ in told), tuple(exposure for _, _, exposure in told)


def _moves(ledger: Ledger, traces: Mapping[int, Trace], examples: Examples) -> dict[tuple[str, Key, bool], str]:
    """(commit, what, whether it is the path that goes) → the other path, where one commit takes away and brings."""
    ends: dict[tuple[str, Key, bool], list[str]] = {}
    for number, trace in traces.items():
        path, key, _, _ = ledger.seen[number]
        for step in trace.steps:
            if step.kind in (EventKind.INTRODUCED, EventKind.REMOVED):
                ends.setdefault((step.commit.id, key, step.kind is EventKind.REMOVED), []).append(path)
    return {
        (commit, key, not gone): examples.shown(paths[0])
        for (commit, key, gone), paths in ends.items()
        if len(paths) == 1 and len(ends.get((commit, key, not gone), ())) == 1
    }


def _at_home(finding: Finding, path: str) -> Finding:
    """The finding under the path of its file; its evidence keeps the commit, without which a line says nothing."""
    component = finding.component
    assert component is not None
    moved = msgspec.structs.replace(component, location=msgspec.structs.replace(component.location, path=path))
    if finding.class_ is not FindingClass.COMPROMISE:
        return msgspec.structs.replace(finding, component=moved)
    return msgspec.structs.replace(finding, component=moved, id=merge.compromise_id(moved))


def _moment(repository: Repository, commit: Commit) -> Moment:
    return Moment(
        commit=commit.id,
        time=rfc3339(commit.time),
        author=repository.author(commit.id),
        authored=rfc3339(commit.authored),
        subject=repository.subject(commit.id),
    )


def _overlap(trace: Trace, window: tuple[str | None, str | None]) -> bool | None:
    """Whether the exposure, to its end or to this day, meets the days on which the campaign was seen."""
    first, last = window
    if first is None:
        return None
    ends = [step.commit.time for step in trace.steps if step.kind is EventKind.REMOVED]
    until = None if trace.still_in or not ends else max(ends)
    return trace.first.time <= _end(last or first) and (until is None or until >= _begin(first))


def _begin(date: str) -> datetime:
    year, month, day = (int(part) for part in (date + "-01-01")[:10].split("-"))
    return datetime(year, month, day, tzinfo=UTC)


def _end(date: str) -> datetime:
    """The last second of a day, a month or a year."""
    year, *rest = (int(part) for part in date.split("-"))
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1]
    return datetime(year, month, day, 23, 59, 59, tzinfo=UTC)
