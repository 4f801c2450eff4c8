"""Who has it, who ever had it: components by name, campaigns, anyone's list."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from scanner.fleet.store import cursors
from scanner.pipeline import hunt_lists
from scanner.pipeline.fleet import questions
from scanner.pipeline.fleet.questions import Answer
from scanner.web import access, bodies, noting
from scanner.web.api.answers.base import NotChecked
from scanner.web.api.answers.spread import (
    CampaignLine,
    CampaignList,
    CampaignWhole,
    DayLine,
    ExposureLine,
    Hit,
    HuntAnswer,
    PackageLine,
    PackagePage,
    SightingLine,
    SightingPage,
)
from scanner.web.api.asking import After, CampaignId, Limit, Needed, Visit, Visitor, named, router, sliced

_HITS = 10_000
_MANY = 1000
_SIGHTINGS, _EXPOSURES = "sightings", "exposures"
components, campaigns, hunts = router("components"), router("campaigns"), router("hunt")
BODY = {"requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}
Package = Annotated[str, Query(min_length=1, max_length=2000, pattern=r"^[^\x00]*$", description=(
    "Package URL, or `name` or `name@version` in all ecosystems."
))]  # fmt: skip


Body = Annotated[bytes, Depends(bodies.whole)]


class Pasted:
    """A list that somebody sends as it is."""

    def __init__(
        self,
        data: Body,
        name: Annotated[
            str, Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$", description="What the list is called.")
        ] = "list",
        ecosystem: Annotated[
            str | None, Query(max_length=40, description="Whose packages it names where it does not say: npm, PyPI, …")
        ] = None,
    ) -> None:
        self.lists = hunt_lists.pasted([(name, data)], ecosystem=ecosystem)


@components.get("/components")
def search_components(
    visit: Visitor, _: access.Viewer, q: Needed, after: After = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> PackagePage:
    """Packages that some target holds or held, by a part of the name or by package URL."""
    page = visit.store.packages(q, after=after, limit=limit)
    return PackagePage(
        packages=[
            PackageLine(
                ecosystem=one.ecosystem,
                name=one.name,
                versions=list(one.versions),
                targets_now=one.now,
                targets_ever=one.ever,
                more=one.more,
            )
            for one in page.packages
        ],
        next=page.next,
    )


@components.get("/components/who")
def who_has(visit: Visitor, _: access.Viewer, purl: Package, after: After = None, limit: Limit = 100) -> SightingPage:
    """Who has a package, or ever had it: target, file, from when to when, owner."""
    found = questions.who(visit.store, purl)
    page, next_ = sliced(found, _SIGHTINGS, after, limit)
    return SightingPage(
        count=len(found),
        targets_now=len({one.target for one in found if one.gone is None}),
        targets_ever=len({one.target for one in found}),
        sightings=[SightingLine.of(one) for one in page],
        next=next_,
    )


@campaigns.get("/campaigns")
def list_campaigns(visit: Visitor, _: access.Viewer) -> CampaignList:
    """Every campaign that somebody has something of, or had it: also before it was known."""
    return CampaignList(campaigns=[CampaignLine.of(one) for one in visit.store.campaigns()])


@campaigns.get("/campaigns/{campaign:path}/sightings")
def campaign_sightings(visit: Visitor, _: access.Viewer, campaign: CampaignId) -> HuntAnswer:
    """Whom the indicators of a campaign or added list mean among everything that was ever seen, as known today.

    Also what was gone before the campaign was known, of which there is no finding.
    """
    with named():
        answer = questions.rematch(visit.store, visit.settings.intel_directory, now=visit.now, only=[campaign])
    return _told(answer)


@campaigns.get("/campaigns/{campaign:path}")
def get_campaign(
    visit: Visitor, _: access.Viewer, campaign: CampaignId, after: After = None, limit: Limit = 100
) -> CampaignWhole:
    """Whom a campaign reaches and reached, and what happened day by day."""
    (begin,) = (0,) if after is None else cursors.read(after, _EXPOSURES, int)
    with named():
        told = visit.store.campaign(campaign, after=begin, limit=limit + 1)
    exposures = told.exposures[:limit]
    return CampaignWhole(
        **CampaignLine.of(told.outbreak).model_dump(),
        exposures=[ExposureLine.of(one) for one in exposures],
        days=[DayLine.of(day) for day in told.days],
        next=cursors.written(_EXPOSURES, exposures[-1].target) if len(told.exposures) > limit else None,
    )


@hunts.post("/hunt", openapi_extra=BODY)
def hunt(visit: Visitor, person: access.Triager, list_: Annotated[Pasted, Depends()]) -> HuntAnswer:
    """Whom a list means among everything that was ever seen: any format that `pratique hunt` reads.

    The list is the body of the request, as it is.
    """
    return _told(hunted(visit, person, list_))


def hunted(visit: Visit, person: access.Person, list_: Pasted) -> Answer:
    """Ask for a list, and note that somebody did."""
    answer = questions.hunt(visit.store, list_.lists)
    noting.note(visit.request, visit.store, person, "hunted", detail=f"{answer.indicators} indicators")
    return answer


def _told(answer: Answer) -> HuntAnswer:
    return HuntAnswer(
        verdict={1: "hit", 3: "incomplete"}.get(answer.status, "clear"),
        indicators=answer.indicators,
        hits=[Hit.struck(one) for one in answer.struck[:_HITS]],
        hits_in_all=len(answer.struck),
        not_looked_for=dict(answer.not_looked_for),
        never_seen=list(answer.never_seen[:_MANY]),
        problems=[NotChecked.of(one) for one in answer.problems[:_MANY]],
    )
