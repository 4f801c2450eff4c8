"""One finding as a story: what, why, when it runs, what it can, where it is, how it got here, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.display import address
from scanner.model import corroboration
from scanner.model.component import Component, Origin
from scanner.model.finding import Finding, FindingClass, Standing, State
from scanner.model.history import Exposure
from scanner.reports import exploitation, telling
from scanner.reports.html import campaigns, excerpt, words
from scanner.reports.html.markup import NOTHING, Markup, badge, code, facts, items, join, link, tag
from scanner.reports.text_finding import ORIGINS, SCOPES, claimed, pages, step_name

_PLACES, _CLAIMS, _PATHS, _STEPS, _PAGES, _SOURCES = 12, 8, 6, 30, 8, 12
_MANY = 500
"""Findings told in full that show all of their places: of thousands, nobody reads them, and the page would burst."""
_STANDING = {
    Standing.INTRODUCED: "new with this change",
    Standing.STILL: "was there before",
    Standing.GONE: "gone",
}


def full(
    finding: Finding, number: int, *, opened: bool, exposure: Exposure | None, places: Mapping[str, str]
) -> Markup:
    """What nobody may overlook: with a heading of its own."""
    id_ = f"finding-{number}"
    head = tag("h3", tag("span", f"{number}.", class_="count"), " ", tag("bdi", finding.title), id=f"{id_}-title")
    return tag(
        "article",
        tag(
            "details",
            tag("summary", head, tag("span", *marks(finding), class_="marks")),
            _body(finding, exposure, places, _PLACES if number <= _MANY else 1),
            open=opened,
        ),
        class_=f"finding {tone(finding)}",
        id=id_,
        aria_labelledby=f"{id_}-title",
    )


def row(finding: Finding, places: Mapping[str, str]) -> Markup:
    """What stands in a list: one line that opens."""
    where = telling.at(finding.evidence[0].location) if finding.evidence else ""
    return tag(
        "li",
        tag(
            "details",
            tag(
                "summary",
                badge(telling.grade(finding), f"grade {tone(finding)}"),
                tag("span", tag("bdi", finding.title), class_="title"),
                tag("span", *marks(finding, graded=False), class_="marks"),
                tag("span", code(where), class_="at") if where else NOTHING,
            ),
            _body(finding, None, places, _PLACES),
        ),
        class_="row",
    )


def tone(finding: Finding) -> str:
    """The class of the page's style that it is painted in."""
    if telling.is_near(finding):
        return "low"
    if finding.class_ is FindingClass.COMPROMISE:
        return "critical" if finding.state is State.CERTAIN else "high"
    return finding.severity.word


def marks(finding: Finding, *, graded: bool = True) -> list[Markup]:
    """How sure, how grave, whether the change brings it."""
    found = []
    if graded:
        word = str(finding.state) if finding.class_ is FindingClass.COMPROMISE else telling.grade(finding)
        found.append(badge(word, f"grade {tone(finding)}"))
    elif finding.state is not State.CERTAIN:
        found.append(badge(str(finding.state)))
    if finding.standing is not None:
        found.append(badge(_STANDING[finding.standing], f"standing-{finding.standing.value}"))
    if finding.component is not None and SCOPES[finding.component.scope]:
        found.append(badge(str(finding.component.scope)))
    return found + [badge(word) for word in exploitation.words(finding.exploitation)]


def _body(finding: Finding, exposure: Exposure | None, places: Mapping[str, str], most: int) -> Markup:
    story = aspects(finding)
    # What code brings is told by its aspects; the reason says the same in one line, for a terminal.
    why = "" if story else finding.reason
    return tag(
        "div",
        tag("p", why[:1].upper() + why[1:], "" if why.endswith(".") else ".", class_="why") if why else NOTHING,
        _do(finding.what_to_do),
        facts(story, "facts aspects"),
        excerpt.show(finding.evidence, most),
        paths(finding),
        facts((*package(finding.component), *claims(finding), *_campaign(finding, exposure, places))),
        tag("p", "Finding ", code(finding.id), class_="id"),
        class_="body",
    )  # fmt: skip


def aspects(finding: Finding) -> list[tuple[str, str | None]]:
    """Of code: when it runs, what it can, how it hides."""
    told = [] if finding.brings is None else words.aspects(finding.brings)
    return [(label, items(said, "words")) for label, said in told]


def _do(what: str) -> Markup:
    return tag("div", tag("strong", "Do now"), " ", tag("span", what), class_="do") if what else NOTHING


def package(component: Component | None) -> list[tuple[str, str | None]]:
    """What it is and where it comes from."""
    if component is None:
        return []
    said = [
        SCOPES[component.scope],
        ORIGINS[component.origin],
        f"installed under the name {component.alias}" if component.alias is not None else "",
    ]
    # Where it comes from may be the attacker's own address: it is shown, and cannot be followed.
    source = component.source_url if component.origin is not Origin.WORKSPACE else None
    return [
        ("Package", code(str(component.purl)) if component.purl is not None else "no package URL"),
        ("It is", "; ".join(filter(None, said)) or None),
        ("From", code(address(source)) if source else None),
        ("Digest", join([code(one, limit=200) for one in component.digests[:2]], " ") if component.digests else None),
    ]


def claims(finding: Finding) -> list[tuple[str, str | None]]:
    """Who says so, how many of them are independent, and their pages."""
    said = [claimed(one) for one in finding.claims[:_CLAIMS]]
    if len(finding.claims) > _CLAIMS:
        said.append(f"and {len(finding.claims) - _CLAIMS:,} more records (--format json has all)")
    names = corroboration.of_finding(finding)
    count = "one only: " if len(names) == 1 else f"{len(names)} independent: "
    see = [link(url) for url in pages(finding)]
    more = [f"and {len(see) - _PAGES:,} more pages"] if len(see) > _PAGES else []
    return [
        ("Who says so", items(said) or None),
        ("Sources", count + ", ".join(names[:_SOURCES]) if names else None),
        ("See", items([*see[:_PAGES], *more], "links") or None),
    ]


def _campaign(finding: Finding, exposure: Exposure | None, places: Mapping[str, str]) -> list[tuple[str, str | None]]:
    told: list[tuple[str, str | None]] = []
    campaign = finding.campaign
    if campaign is not None:
        place = places.get(campaign.id)
        name = tag("bdi", campaign.name)
        told.append(("Campaign", name if place is None else tag("a", name, href=f"#{place}")))
        told.append(("Attributed to", campaigns.attribution(campaign)))
    if exposure is not None:
        told.append(("Exposed", campaigns.span(exposure)))
    return told


def paths(finding: Finding, *, head: str = "h4") -> Markup:
    """Who pulls it in, drawn: an ordered list, which is what a reader of the screen hears."""
    if finding.component is None or not finding.introduced_through:
        return NOTHING
    drawn = [_path(path) for path in finding.introduced_through[:_PATHS]]
    if len(finding.introduced_through) > _PATHS:
        drawn.append(tag("p", f"and {len(finding.introduced_through) - _PATHS:,} more paths", class_="note"))
    return tag("div", tag(head, "How it got here"), *drawn, class_="paths")


def _path(path: Sequence[str]) -> Markup:
    shown = [step_name(one) for one in path]
    if len(shown) > _STEPS:
        shown = [*shown[: _STEPS // 2], f"… {len(shown) - _STEPS:,} more …", *shown[-_STEPS // 2 :]]
    steps = [tag("li", tag("code", tag("bdi", one)), class_="bad" if at == len(shown) else "")
             for at, one in enumerate(shown, 1)]  # fmt: skip
    return tag("ol", *steps, class_="path", aria_label=f"Path of {len(path)} steps, from the project to the package")
