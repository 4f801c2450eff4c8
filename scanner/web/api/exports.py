"""Everything that fits, as CSV, JSON or SARIF: streamed, however much it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import StreamingResponse

from scanner.fleet.store import Store
from scanner.fleet.store.summaries import Exposure
from scanner.fleet.store.values import Question, Stored
from scanner.pipeline.fleet import exports, questions, standing
from scanner.web import access, noting
from scanner.web.api.asking import CampaignId, Visitor, named, router
from scanner.web.api.filters import Asked
from scanner.web.api.spread import BODY, Package, Pasted, hunted
from scanner.web.limits import Turns

_PAGE = 1000
_CSV, _JSON, _SARIF = "text/csv", "application/json", "application/sarif+json"


def _noted(visit: Visitor, person: access.Viewer) -> None:
    asked = visit.request.url
    noting.note(visit.request, visit.store, person, "exported", target=asked.path, detail=asked.query or None)


async def _in_turn(visit: Visitor, person: access.Viewer) -> AsyncIterator[None]:
    """Until all of the answer is sent."""
    turns: Turns = visit.request.app.state.turns
    with turns.one(person.name):
        yield


routes, hunts = router("exports"), router("exports")
for _each in (routes, hunts):
    _each.dependencies.append(Depends(_in_turn))
routes.dependencies.append(Depends(_noted))


def _told(media: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "string"} if media == _CSV else {"type": "object"}
    return {200: {"description": "The whole of it.", "content": {media: {"schema": schema}}}}


def _stream(text: Iterator[str], media: str, name: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # Escapes in JSON are ASCII; in a table, half of a surrogate pair is no text.
    return StreamingResponse((part.encode("utf-8", "replace") for part in text), media_type=media, headers=headers)


def _findings(store: Store, question: Question) -> Iterator[Stored]:
    after: str | None = None
    while True:
        page = store.findings_page(question, after=after, limit=_PAGE)
        yield from page.findings
        after = page.next
        if after is None:
            return


@routes.get("/findings.csv", response_class=StreamingResponse, responses=_told(_CSV))
def export_findings_csv(visit: Visitor, _: access.Viewer, asked: Asked) -> StreamingResponse:
    """Findings, the gravest first, as a table."""
    rows = (exports.finding(one, visit.now) for one in _findings(visit.store, asked.question))
    return _stream(exports.table(exports.FINDINGS, rows), _CSV, "findings.csv")


@routes.get("/findings.json", response_class=StreamingResponse, responses=_told(_JSON))
def export_findings_json(visit: Visitor, _: access.Viewer, asked: Asked) -> StreamingResponse:
    """Findings, the gravest first: `pratique-fleet-findings/1`."""
    rows = (exports.finding(one, visit.now) for one in _findings(visit.store, asked.question))
    text = exports.document("pratique-fleet-findings/1", "findings", exports.FINDINGS, rows)
    return _stream(text, _JSON, "findings.json")


@routes.get("/findings.sarif", response_class=StreamingResponse, responses=_told(_SARIF))
def export_findings_sarif(visit: Visitor, _: access.Viewer, asked: Asked) -> StreamingResponse:
    """Findings as SARIF 2.1.0, one run for each target."""
    return _stream(
        exports.runs(visit.store, standing.findings_of(visit.store, asked.question), now=visit.now),
        _SARIF,
        "findings.sarif",
    )


@routes.get("/components/who.csv", response_class=StreamingResponse, responses=_told(_CSV))
def export_who_csv(visit: Visitor, _: access.Viewer, purl: Package) -> StreamingResponse:
    """Who has a package, or ever had it, as a table."""
    rows = map(exports.sighting, questions.who(visit.store, purl))
    return _stream(exports.table(exports.SIGHTINGS, rows), _CSV, "who.csv")


@routes.get("/components/who.json", response_class=StreamingResponse, responses=_told(_JSON))
def export_who_json(visit: Visitor, _: access.Viewer, purl: Package) -> StreamingResponse:
    """Who has a package, or ever had it, whole: `pratique-fleet-sightings/1`."""
    rows = map(exports.sighting, questions.who(visit.store, purl))
    return _stream(exports.document("pratique-fleet-sightings/1", "sightings", exports.SIGHTINGS, rows), _JSON,
                   "who.json")  # fmt: skip


@routes.get("/campaigns/{campaign:path}/exposures.csv", response_class=StreamingResponse, responses=_told(_CSV))
def export_campaign_csv(visit: Visitor, _: access.Viewer, campaign: CampaignId) -> StreamingResponse:
    """Whom a campaign reaches and reached, as a table."""
    rows = map(exports.exposure, _exposures(visit, campaign))
    return _stream(exports.table(exports.EXPOSURES, rows), _CSV, "campaign.csv")


@routes.get("/campaigns/{campaign:path}/exposures.json", response_class=StreamingResponse, responses=_told(_JSON))
def export_campaign_json(visit: Visitor, _: access.Viewer, campaign: CampaignId) -> StreamingResponse:
    """Whom a campaign reaches and reached, whole: `pratique-fleet-exposures/1`."""
    rows = map(exports.exposure, _exposures(visit, campaign))
    text = exports.document("pratique-fleet-exposures/1", "exposures", exports.EXPOSURES, rows, campaign=campaign)
    return _stream(text, _JSON, "campaign.json")


@hunts.post("/hunt.csv", response_class=StreamingResponse, responses=_told(_CSV), openapi_extra=BODY)
def hunt_csv(visit: Visitor, person: access.Triager, list_: Annotated[Pasted, Depends()]) -> StreamingResponse:
    """Whom a list means, as a table. What of the list was not understood is told by /hunt only."""
    rows = map(exports.hit, hunted(visit, person, list_).struck)
    return _stream(exports.table(exports.HITS, rows), _CSV, "hunt.csv")


def _exposures(visit: Visitor, campaign: str) -> Iterator[Exposure]:
    with named():
        told = visit.store.campaign(campaign, limit=_PAGE)
    return _further(visit.store, campaign, told.exposures)


def _further(store: Store, campaign: str, first: tuple[Exposure, ...]) -> Iterator[Exposure]:
    page = first
    while page:
        yield from page
        page = store.campaign(campaign, after=page[-1].target, limit=_PAGE).exposures
