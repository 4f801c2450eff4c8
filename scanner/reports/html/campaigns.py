"""Each campaign that findings belong to, told once: what, when, who attributes it and how surely, our exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from scanner.model.campaign import Campaign, Confidence
from scanner.model.finding import Finding
from scanner.model.history import EventKind, Exposure
from scanner.model.report import Report
from scanner.reports import telling
from scanner.reports.html.markup import NOTHING, Markup, badge, code, facts, items, join, link, section, tag
from scanner.reports.html.picture import Lane, day, draw
from scanner.reports.text_finding import nation
from scanner.reports.text_history import short

_LANES, _EVENTS, _ALIASES, _PAGES = 8, 24, 12, 12
_SURE = {
    Confidence.CONFIRMED: "says it is confirmed",
    Confidence.LIKELY: "says it is likely",
    Confidence.SUSPECTED: "suspects it",
}
_EVENT = {
    EventKind.PRESENT: "there already",
    EventKind.INTRODUCED: "introduced",
    EventKind.MERGED: "merged",
    EventKind.REMOVED: "removed",
}


def names(findings: Sequence[Finding]) -> dict[str, str]:
    """Campaign → its place on the page."""
    found = dict.fromkeys(one.campaign.id for one in findings if one.campaign is not None)
    return {id_: f"campaign-{number}" for number, id_ in enumerate(found, 1)}


def attribution(campaign: Campaign) -> str:
    """In one line, for a finding."""
    if not campaign.attribution:
        return "nobody has attributed it in what we have read"
    who = "" if campaign.actor is None else f"{campaign.actor.name} ({nation(campaign)}), "
    return who + "by " + ", ".join(f"{one.by} ({one.confidence})" for one in campaign.attribution[:4])


def tell(report: Report, findings: Sequence[Finding], places: Mapping[str, str]) -> Markup:
    """One article a campaign, in the order of its findings."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.campaign is not None:
            groups.setdefault(finding.campaign.id, []).append(finding)
    exposures = {one.finding: one for one in report.history.exposures} if report.history else {}
    told = [_article(report, group, exposures, places[id_]) for id_, group in groups.items()]
    return section("The campaigns", *told, id_="campaigns", note="Attribution is quoted from those who make it.")


def _article(report: Report, group: Sequence[Finding], exposures: Mapping[str, Exposure], place: str) -> Markup:
    campaign = group[0].campaign
    assert campaign is not None
    mine = [exposures[one.id] for one in group if one.id in exposures]
    actor = campaign.actor
    span = " to ".join(dict.fromkeys(one for one in (campaign.first_seen, campaign.last_seen) if one))
    also = [] if actor is None else [name for name in actor.aliases if name != actor.name]
    more = [f"and {telling.number(len(also) - _ALIASES, 'other name', 'other names')}"] if len(also) > _ALIASES else []
    head = tag("h3", campaign.name, " ", code(campaign.id, limit=200), id=f"{place}-title")
    pages = [link(reference.url) for reference in campaign.references[:_PAGES]]
    return tag(
        "article",
        head,
        tag("p", campaign.summary, class_="lead") if campaign.summary else NOTHING,
        _picture(report, campaign, mine, place),
        facts((
            ("Seen", span or "nobody says when"),
            ("Known as", join(campaign.aliases, ", ") if campaign.aliases else None),
            ("Actor", None if actor is None else tag("bdi", actor.name)),
            ("Nation", nation(campaign)),
            ("Also called", join([*also[:_ALIASES], *more], ", ") if also else None),
            ("Who says so", voices(campaign)),
        )),
        *map(_exposure, mine),
        _more("Pages about it", items(pages, "links")) if pages else NOTHING,
        class_="campaign",
        id=place,
        aria_labelledby=f"{place}-title",
    )  # fmt: skip


def voices(campaign: Campaign) -> Markup:
    """Who says who did it, and how sure each of them is."""
    if not campaign.attribution:
        return join(["Nobody has attributed it in what we have read."])
    return items(
        (
            join([
                tag("strong", one.by), f" {_SURE[one.confidence]}", f", as {one.name}" if one.name else None, " ",
                badge(str(one.confidence), f"sure-{one.confidence.value}"),
                tag("span", f" “{one.wording}”") if one.wording else None,
                tag("br"), link(one.reference),
            ])
            for one in campaign.attribution
        ),
        "voices",
    )  # fmt: skip


def _picture(report: Report, campaign: Campaign, exposures: Sequence[Exposure], place: str) -> Markup:
    first = day(campaign.first_seen or campaign.last_seen)
    last = day(campaign.last_seen or campaign.first_seen, end=True)
    now = day(report.started)
    lanes = (
        [] if first is None or last is None else [Lane("The campaign was seen", "campaign", first, max(first, last))]
    )
    for one in exposures[:_LANES]:
        begin, until = day(one.first.time), _until(one, report.started)
        if begin is not None and until is not None:
            marks = [day(event.at.time) for event in one.events]
            shown = tuple(mark for mark in marks if mark is not None and begin <= mark <= until)
            lanes.append(Lane(f"We had it: {one.path}", "exposed", begin, max(begin, until), shown))
    if not lanes:
        return NOTHING
    key = [badge("campaign seen", "key-campaign")]
    if exposures:
        key.append(badge("we were exposed", "key-exposed"))
    key.append(badge("this scan", "key-now"))
    note = "" if exposures else "When we had it is not known: pratique scan --history tells it from the commits."
    title = f"Time line of {campaign.name}"
    return tag("figure", draw(lanes, now, id_=f"{place}-time", title=title),
               tag("figcaption", *key, " ", tag("span", note, class_="note") if note else NOTHING),
               class_="time")  # fmt: skip


def is_alive(exposure: Exposure) -> bool:
    """Whether somebody still works on it: a tag stays where it is for ever."""
    return any(not ref.startswith("refs/tags/") for ref in exposure.still_in)


def _until(exposure: Exposure, now: str) -> date | None:
    ends = [event for event in exposure.events if event.kind is EventKind.REMOVED]
    return day(now if is_alive(exposure) or not ends else ends[-1].at.time)


def span(exposure: Exposure) -> str:
    """From when to when, in how many commits."""
    ends = [event for event in exposure.events if event.kind is EventKind.REMOVED]
    until = "to this day" if is_alive(exposure) or not ends else f"to {ends[-1].at.time[:10]}"
    return f"{exposure.first.time[:10]} {until}, in {telling.number(exposure.commits, 'commit', 'commits')}"


def _exposure(exposure: Exposure) -> Markup:
    rows = [
        join([
            tag("time", event.at.time[:16].replace("T", " ") + " UTC"), " ", tag("strong", _EVENT[event.kind]), " by ",
            tag("bdi", event.at.author), ": ", tag("bdi", event.at.subject), " ", code(event.at.commit[:12]),
            None if event.moved is None else join([
                " (moved to " if event.kind is EventKind.REMOVED else " (moved from ", code(event.moved), ")"
            ]),
        ])
        for event in exposure.events[:_EVENTS]
    ]  # fmt: skip
    if len(exposure.events) > _EVENTS:
        rows.append(join([f"and {len(exposure.events) - _EVENTS:,} more steps (--format json has all)"]))
    within = None
    if exposure.in_window is not None:
        within = "yes: these are the dangerous days" if exposure.in_window else "no"
    gone = [short(ref) for ref in exposure.reached if ref not in exposure.still_in]
    return tag(
        "div",
        tag("h4", "Our exposure: ", code(exposure.path)),
        facts((
            ("Exposed", span(exposure)),
            ("While it went on", within),
            ("Still in", join(map(short, exposure.still_in[:12]), ", ") or "none of the refs"),
            ("In the history of", join(gone[:12], ", ") if gone else None),
        )),
        items(rows, "events"),
        class_="exposure",
    )  # fmt: skip


def _more(label: str, body: Markup) -> Markup:
    return tag("details", tag("summary", label), body, class_="more")
