"""Campaigns: which reached us, whom, from when to when; and those that nothing was found of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import HTMLResponse

from scanner.errors import UsageError
from scanner.fleet.store.summaries import Exposure, Outbreak
from scanner.fleet.store.values import Question
from scanner.model.campaign import Campaign
from scanner.pipeline.knowledge import open_library
from scanner.reports.html import campaigns as told
from scanner.reports.html import picture
from scanner.reports.html.markup import Markup
from scanner.reports.text_finding import nation
from scanner.web.api.asking import NO_NUL
from scanner.web.pages import words
from scanner.web.pages.visit import Visit, Visitor
from scanner.wording import counted

_ROWS, _LANES = 200, 24
router = APIRouter()


@router.get("/campaigns")
def listed(visit: Visitor) -> HTMLResponse:
    known = _known(visit)
    outbreaks = [(one, known.get(one.campaign)) for one in visit.store.campaigns()]
    here = {one.campaign for one, _ in outbreaks}
    others = [one for one in known.values() if one.id not in here]
    others.sort(key=lambda one: (one.first_seen or one.last_seen or "", one.id), reverse=True)
    return visit.page("campaigns.html", outbreaks=outbreaks, others=others)


@router.get("/campaigns/{id_:path}")
def one(
    visit: Visitor,
    id_: Annotated[str, Path(max_length=2_000, pattern=NO_NUL)],
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> HTMLResponse:
    campaign = _known(visit).get(id_) or _found(visit, id_)
    outbreak: Outbreak | None = None
    exposures: tuple[Exposure, ...] = ()
    try:
        outbroken = visit.store.campaign(id_, after=after, limit=_ROWS + 1)
        outbreak, exposures = outbroken.outbreak, outbroken.exposures
    except UsageError as error:
        if campaign is None:
            raise HTTPException(404, "Nobody knows such a campaign.") from error
    campaign = campaign or Campaign(id=id_, name=id_)
    shown = sorted(exposures[:_ROWS], key=lambda one: (one.gone is not None, not one.certain, one.first))
    tone, word, said = _said(outbreak, asked=visit.store.exposures.knows(id_))
    return visit.page(
        "campaign.html",
        campaign=campaign,
        tone=tone,
        word=word,
        said=said,
        exposures=shown,
        next=exposures[_ROWS - 1].target if len(exposures) > _ROWS else None,
        picture=drawn(campaign, shown, visit.now),
        span=" to ".join(dict.fromkeys(day for day in (campaign.first_seen, campaign.last_seen) if day)),
        nation=nation(campaign),
        voices=told.voices(campaign),
    )


def _known(visit: Visit) -> dict[str, Campaign]:
    with open_library(visit.settings.intel_directory, now=visit.now) as library:
        return {campaign.id: campaign for _, campaign in library.campaigns()}


def _found(visit: Visit, id_: str) -> Campaign | None:
    """As a finding tells it: a campaign of a list that is not here any more."""
    page = visit.store.findings_page(Question(campaign=id_, open=None), limit=1)
    return page.findings[0].finding.campaign if page.findings else None


def _said(outbreak: Outbreak | None, *, asked: bool) -> tuple[str, str, str]:
    """`asked`: whether everything ever seen was."""
    if outbreak is None:
        past = ", and no target held it before it was known." if asked else ". The next scan asks what was held before."
        return "good", "Not found", f"No look ever found anything of it{past}"
    if outbreak.exposed:
        many = counted(outbreak.exposed, "target has", "targets have")
        ever = counted(outbreak.ever, "target")
        return "critical", "Here now", f"{many} it now, {ever} ever had it{_before(outbreak)}."
    many = counted(outbreak.ever, "target")
    return (
        "medium",
        "Was here",
        f"{many} had it, last on {words.day(outbreak.last)}{_before(outbreak)}. What ran then may have done its work.",
    )


def _before(outbreak: Outbreak) -> str:
    return f", {outbreak.before_known:,} before it was known" if outbreak.before_known else ""


def drawn(campaign: Campaign, exposures: Sequence[Exposure], now: datetime) -> Markup | None:
    """When the campaign was seen, and when each target had it; `None` where nobody had it."""
    lanes = [_lane(one, now.date()) for one in exposures[:_LANES]]
    if not lanes:
        return None
    first = picture.day(campaign.first_seen or campaign.last_seen)
    last = picture.day(campaign.last_seen or campaign.first_seen, end=True)
    if first is not None and last is not None and first <= now.date():
        lanes.insert(0, picture.Lane("The campaign was seen", "campaign", first, min(max(first, last), now.date())))
    return picture.draw(lanes, now.date(), id_="spans", title=f"Time line of {campaign.name}")


def _lane(one: Exposure, today: date) -> picture.Lane:
    last = today if one.gone is None else one.gone.date()
    return picture.Lane(words.short(one.address), "exposed", one.first.date(), max(one.first.date(), last))
