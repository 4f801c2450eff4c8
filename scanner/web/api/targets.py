"""Targets: which there are, what each held, and who answers for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Query
from msgspec import UNSET
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from scanner.fleet.store import cursors, values
from scanner.pipeline.fleet import addresses, standing
from scanner.web import access, noting
from scanner.web.api.answers.base import NotChecked
from scanner.web.api.answers.targets import (
    InventoryLine,
    InventoryPage,
    SnapshotLine,
    SnapshotList,
    Target,
    TargetCoverage,
    TargetPage,
)
from scanner.web.api.asking import NO_NUL, After, Limit, Number, Visit, Visitor, Word, named, router, sliced

_PROBLEMS = 1000
_KIND, _INVENTORY = "targets", "inventory"
_HOURS = 24 * 366
Said = Annotated[str, Field(min_length=1, max_length=400, pattern=NO_NUL)]
Hours = Annotated[float, Field(gt=0, le=_HOURS, allow_inf_nan=False)]
routes = router("targets")


class NewTarget(BaseModel):
    """A repository to be looked at. Folders and files of the server are added with `pratique fleet add`."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    address: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_NUL)]
    """https://…, ssh://… or user@host:path, without a password."""
    owner: Said | None = None
    """Who answers for it."""
    labels: Annotated[list[Said], Field(max_length=100)] = []
    """Words to choose it by."""
    every_hours: Hours | None = 20
    """Hours from one look to the next; `null`: nobody looks unless somebody asks."""


class ChangedTarget(BaseModel):
    """What is to be said anew of a target. What is left out stays."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    owner: Said | None = None
    """Who answers for it; `null`: nobody."""
    labels: Annotated[list[Said], Field(max_length=100)] | None = None
    """All its labels; `null` means none."""
    every_hours: Hours | None = None
    """Hours from one look to the next; `null`: nobody looks unless somebody asks."""


@routes.get("/targets")
def list_targets(
    visit: Visitor,
    _: access.Viewer,
    text: Word = None,
    owner: Word = None,
    label: Word = None,
    after: After = None,
    limit: Limit = 100,
) -> TargetPage:
    """Targets by number. `text` is a part of the address, in any case."""
    (begin,) = (0,) if after is None else cursors.read(after, _KIND, int)
    found = visit.store.targets(label=label, owner=owner, address=text, after=begin, limit=limit + 1)
    stands = standing.many(visit.store, now=visit.now, targets=[one.id for one in found[:limit]])
    return TargetPage(
        targets=[Target.of(one, stands.get(one.id)) for one in found[:limit]],
        next=cursors.written(_KIND, found[limit - 1].id) if len(found) > limit else None,
    )


@routes.post("/targets", status_code=201)
def add_target(visit: Visitor, person: access.Admin, wanted: NewTarget) -> Target:
    """Add a repository. One that is there already gets the further labels, and the owner and hours that are said."""
    understood = addresses.remote(wanted.address)
    seconds = _seconds(wanted.every_hours)
    store = visit.store
    added = store.add(
        understood.text, kind=understood.kind, now=visit.now, owner=wanted.owner, every=seconds, labels=wanted.labels
    )
    if added.every != seconds or wanted.owner not in (None, added.owner):
        store.change(added.id, owner=wanted.owner or UNSET, every=seconds)
    noting.note(visit.request, store, person, "added a target", target=str(added.id), detail=understood.text)
    return _told(visit, added.id)


@routes.get("/targets/{target}")
def get_target(visit: Visitor, _: access.Viewer, target: Number) -> Target:
    """One target, and how it stands."""
    with named():
        return _told(visit, target)


@routes.patch("/targets/{target}")
def change_target(visit: Visitor, person: access.Admin, target: Number, wanted: ChangedTarget) -> Target:
    """Say anew who answers for a target, its labels, or how often it is looked at."""
    store, said = visit.store, wanted.model_fields_set
    with named():
        found = store.change(
            target,
            owner=wanted.owner if "owner" in said else UNSET,
            every=_seconds(wanted.every_hours) if "every_hours" in said else UNSET,
        )
        if "labels" in said:
            labels = set(wanted.labels or ())
            store.label(target, add=labels, remove=found.labels - labels)
        noting.note(visit.request, store, person, "changed a target", target=str(target), detail=found.address)
        return _told(visit, target)


@routes.delete("/targets/{target}", status_code=204)
def remove_target(visit: Visitor, person: access.Admin, target: Number) -> None:
    """Forget a target and all that it ever held. Decisions on its findings go with it; the audit log stays."""
    with named():
        found = visit.store.target(target)
        visit.store.remove(target)
    noting.note(visit.request, visit.store, person, "removed a target", target=str(target), detail=found.address)


@routes.get("/targets/{target}/snapshots")
def list_snapshots(visit: Visitor, _: access.Viewer, target: Number, limit: Limit = 100) -> SnapshotList:
    """The newest looks at a target that found it changed, or knew more."""
    with named():
        visit.store.target(target)
    return SnapshotList(snapshots=[SnapshotLine.of(one) for one in visit.store.snapshots(target, limit=limit)])


@routes.get("/targets/{target}/inventory")
def get_inventory(
    visit: Visitor,
    _: access.Viewer,
    target: Number,
    at: Annotated[AwareDatetime | None, Query(description="The moment, with its time zone; now.")] = None,
    after: After = None,
    limit: Limit = 1000,
) -> InventoryPage:
    """The packages that a target holds, or held at a moment."""
    with named():
        visit.store.target(target)
    held = visit.store.inventory(target, at=at)
    components = [component for source in held for component in source.components or ()]
    page, next_ = sliced(components, _INVENTORY, after, limit)
    return InventoryPage(count=len(components), components=[InventoryLine.of(one) for one in page], next=next_)


@routes.get("/targets/{target}/coverage")
def get_coverage(visit: Visitor, _: access.Viewer, target: Number) -> TargetCoverage:
    """What the last look at a target was able to see. 404 before the first look."""
    with named():
        visit.store.target(target)
    kept = visit.store.snapshots(target, limit=1)
    if not kept:
        raise HTTPException(404, f"nobody has looked at target {target} yet")
    return _coverage(kept[0])


def _coverage(kept: values.Kept) -> TargetCoverage:
    covered = kept.coverage
    return TargetCoverage(
        snapshot=kept.number,
        taken=kept.taken,
        complete=covered.complete,
        components_read=covered.read,
        components_checked=covered.checked,
        problems=[NotChecked.of(one) for one in covered.problems[:_PROBLEMS]],
        problems_in_all=len(covered.problems),
    )


def _told(visit: Visit, target: int) -> Target:
    stands = standing.many(visit.store, now=visit.now, targets=[target])
    return Target.of(visit.store.target(target), stands.get(target))


def _seconds(hours: float | None) -> int | None:
    return None if hours is None else max(round(hours * 3600), 1)
