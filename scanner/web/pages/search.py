"""Who has it, ever? By name, version or package URL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from scanner.errors import UsageError
from scanner.fleet.store.values import Sighting
from scanner.pipeline.fleet import questions
from scanner.web.api.asking import NO_NUL
from scanner.web.pages.visit import Visitor

_NEAR = 12
router = APIRouter()


class Version(NamedTuple):
    """One version, and how far it is spread."""

    name: str
    asked: str
    """What to search for to see only this one."""
    now: int
    ever: int
    first: datetime
    last: datetime


@router.get("/search")
def search(visit: Visitor, q: Annotated[str, Query(max_length=2_000, pattern=NO_NUL)] = "") -> HTMLResponse:
    q = q.strip()
    found: Sequence[Sighting] = ()
    failed = None
    near: Sequence[object] = ()
    if q:
        try:
            found = questions.who(visit.store, q)
            near = visit.store.packages(q.partition("@")[0] or q, limit=_NEAR).packages
        except UsageError as error:
            failed = f"{error.what}. {error.hint or ''}"
    ordered = sorted(found, key=lambda one: (one.gone is not None, one.address, one.path, one.first))
    return visit.page(
        "search.html",
        status=400 if failed else 200,
        q=q,
        failed=failed,
        sightings=ordered,
        near=near,
        versions=versions(found),
        now_targets=_targets(one for one in found if one.gone is None),
        ever_targets=_targets(found),
    )


def versions(found: Iterable[Sighting]) -> list[Version]:
    """By package and version, the most spread first."""
    groups: dict[str, list[Sighting]] = {}
    for one in found:
        groups.setdefault(one.component.package, []).append(one)
    told = [
        Version(
            name=name,
            asked=name,
            now=_targets(one for one in group if one.gone is None),
            ever=_targets(group),
            first=min(one.first for one in group),
            last=max(one.last for one in group),
        )
        for name, group in groups.items()
    ]
    return sorted(told, key=lambda one: (-one.now, -one.ever, one.name))


def _targets(found: Iterable[Sighting]) -> int:
    return len({one.target for one in found})
