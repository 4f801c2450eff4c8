"""Campaign files side by side: what accuses everybody is refused, what is odd is said."""

from __future__ import annotations

from typing import Any

from scanner.model.advisory import Reference
from scanner.model.campaign import Actor, Campaign, IndicatorType, Role
from scanner.pipeline import campaign_review, popular, rulebook
from scanner.pipeline.popular import Popular
from tests.conftest import ROOT
from tests.factories import campaign, indicator

LONG = "a sentence that says enough of it"
EVERYBODYS = Popular(names={"npm": frozenset({"axios"})}, allowed={})


def _campaign(*found: Any, **fields: Any) -> Campaign:
    return campaign(*found, **({"summary": LONG, "what_to_do": LONG} | fields))


def _package(value: str, **fields: Any) -> Any:
    return indicator(IndicatorType.PACKAGE, value, **fields)


def _review(
    *campaigns: Campaign, actors: dict[str, Actor] | None = None, everybodys: Popular = EVERYBODYS
) -> list[tuple[str, str, bool]]:
    problems = campaign_review.review(campaigns, actors or {}, everybodys)
    return [(problem.where, problem.what, problem.harmless) for problem in problems]


def test_whoever_calls_everybodys_package_bad_at_every_version_is_refused() -> None:
    accused = (
        "example.toml: pkg:npm/axios",
        "very many people use this package, and every version is called bad",
        False,
    )
    assert _review(_campaign(_package("pkg:npm/axios"))) == [accused]
    assert _review(_campaign(_package("pkg:npm/axios", versions=("1.14.1",)))) == []
    assert _review(_campaign(_package("pkg:pypi/axios"))) == []


def test_it_may_be_allowed_with_a_reason_and_the_reason_goes_when_it_is_not_needed() -> None:
    allowed = Popular(names=EVERYBODYS.names, allowed={"example: pkg:npm/axios": "all tags were moved"})
    assert _review(_campaign(_package("pkg:npm/axios")), everybodys=allowed) == []
    assert _review(_campaign(_package("pkg:npm/other")), everybodys=allowed) == [
        ("popular.toml: example: pkg:npm/axios", "nothing is allowed by this any more", True)
    ]


def test_an_honest_package_is_not_bad_at_every_version() -> None:
    honest = _package("pkg:npm/small", role=Role.COMPROMISED)
    assert [what for _, what, _ in _review(_campaign(honest))] == ["an honest package, bad at every version?"]
    assert _review(_campaign(_package("pkg:npm/small", role=Role.COMPROMISED, excluded=("1.0.0",)))) == []


def test_what_does_not_fit_together_is_refused() -> None:
    heron = Actor(id="heron", name="Grey Heron", nation="XX")
    said = _review(
        _campaign(
            _package("pkg:npm/a"),
            supersedes=("nothing", "example"),
            first_seen="2026-03",
            last_seen="2026-02-27",
            actor=heron,
            nation="YY",
            what_to_do="run",
        ),
        actors={"heron": heron},
    )
    assert said == [
        ("example.toml: supersedes", "'nothing' is no other campaign", False),
        ("example.toml: supersedes", "'example' is no other campaign", False),
        ("example.toml", "it was last seen before it was first seen", False),
        ("example.toml", "its nation is YY, its actor's XX", False),
        ("example.toml", "what_to_do says nothing", False),
    ]


def test_a_date_and_its_month_do_not_contradict_each_other() -> None:
    assert _review(_campaign(_package("pkg:npm/a"), first_seen="2026-03-30", last_seen="2026-03")) == []


def test_what_nothing_uses_is_a_remark() -> None:
    umbrella = Actor(id="umbrella", name="Umbrella", nation="XX")
    heron = Actor(id="heron", name="Grey Heron", nation="XX", part_of="umbrella")
    stork = Actor(id="stork", name="Stork", nation="XX")
    said = _review(
        _campaign(
            _package("pkg:npm/a"),
            _package("pkg:npm/a"),
            actor=heron,
            nation="XX",
            references=(Reference(url="https://example.invalid/blog"), Reference(url="https://example.invalid/other")),
        ),
        actors={"umbrella": umbrella, "heron": heron, "stork": stork},
    )
    assert said == [
        ("example.toml", "nothing cites https://example.invalid/other", True),
        ("example.toml", "it says package pkg:npm/a 2 times", True),
        ("actors.toml: stork", "no campaign is theirs", True),
    ]
    assert _review(_campaign()) == [("example.toml", "it has no indicator: nothing of it can be found", True)]


def test_what_several_campaigns_name_is_listed_once_with_all_of_them() -> None:
    one = _campaign(indicator(IndicatorType.DOMAIN, "evil.invalid", campaign="one"), id="one")
    other = _campaign(
        indicator(IndicatorType.DOMAIN, "evil.invalid", campaign="other"),
        indicator(IndicatorType.DOMAIN, "own.invalid", campaign="other"),
        id="other",
    )
    assert list(campaign_review.shared([one, other])) == [("domain evil.invalid", ("one", "other"))]


def test_our_own_popular_packages_are_named_as_their_ecosystems_name_them() -> None:
    """A misspelt ecosystem or a capital would switch the refusal off."""
    from scanner.model.ecosystem import ECOSYSTEMS, normalise_name

    everybodys = popular.ours()
    for family, names in everybodys.names.items():
        assert family in ECOSYSTEMS
        assert {name for name in names if normalise_name(family, name) != name} == set()


def test_no_file_of_ours_is_refused() -> None:
    campaigns = [item for item in rulebook.read(ROOT / "rules") if isinstance(item, Campaign)]
    actors = {actor.id: actor for actor in rulebook.actors(ROOT / "rules")}
    everybodys = popular.ours()
    assert [problem for problem in campaign_review.review(campaigns, actors, everybodys) if not problem.harmless] == []
