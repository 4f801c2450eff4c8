"""Independent sources: echoes of one discovery count once."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import corroboration
from scanner.model.advisory import Advisory, AdvisoryKind, Reference
from scanner.model.campaign import IndicatorType
from scanner.model.finding import Claim
from tests.factories import campaign, indicator


def record(id_: str, *origins: str, aliases: tuple[str, ...] = (), kind: str = "malicious") -> Claim:
    advisory = Advisory(
        id=id_, kind=AdvisoryKind(kind), modified="2026-11-01T00:00:00Z", aliases=aliases, origins=origins
    )
    return Claim(feed="osv/npm", record=id_, advisory=advisory)


def named_on(*urls: str) -> Claim:
    said = indicator(IndicatorType.PACKAGE, "pkg:npm/evil", references=urls)
    return Claim(feed="pratique/campaigns", record="example", indicator=said)


def page(url: str, publisher: str | None = None, title: str | None = None) -> Reference:
    return Reference(url=url, publisher=publisher, title=title)


def test_two_aliases_are_one_source() -> None:
    claims = [record("MAL-2026-1", "ghsa-malware"), record("GHSA-aaaa-bbbb-cccc", aliases=("MAL-2026-1",))]
    assert corroboration.sources(claims) == ("GitHub",)


def test_aliases_by_way_of_a_third_record_are_one_source() -> None:
    claims = [
        record("PYSEC-2026-1"),
        record("MAL-2026-1"),
        record("GHSA-aaaa-bbbb-cccc", aliases=("MAL-2026-1", "PYSEC-2026-1")),
    ]
    for order in permutations(claims):
        assert corroboration.sources(order) == ("GitHub",)


def test_two_records_of_one_origin_are_one_source() -> None:
    assert corroboration.sources([record("MAL-2026-1", "checkmarx"), record("MAL-2026-2", "checkmarx")]) == (
        "Checkmarx",
    )


def test_one_record_with_two_origins_has_two_sources() -> None:
    assert corroboration.sources([record("MAL-2026-1", "amazon-inspector", "reversing-labs")]) == (
        "Amazon Inspector",
        "ReversingLabs",
    )


def test_a_publisher_who_is_an_origin_as_well_counts_once() -> None:
    pages = campaign(references=(page("https://blog.invalid/1", "ReversingLabs"),))
    claims = [record("MAL-2026-1", "reversing-labs"), named_on("https://blog.invalid/1")]
    assert corroboration.sources(claims, [pages]) == ("ReversingLabs",)


@pytest.mark.parametrize("title", [None, "MAL-2026-1 / MAL-2026-2"])
def test_a_page_that_names_the_record_is_no_source_of_its_own(title: str | None) -> None:
    url = "https://osv.invalid/vulnerability/" + ("x" if title else "MAL-2026-1")
    pages = campaign(references=(page(url, "OpenSSF malicious-packages", title),))
    assert corroboration.sources([record("MAL-2026-1", "checkmarx"), named_on(url)], [pages]) == ("Checkmarx",)


def test_publishers_count_by_name_and_unknown_pages_by_host() -> None:
    pages = campaign(references=(page("https://one.invalid/a", "Vendor"), page("https://two.invalid/b", "Vendor")))
    claim = named_on("https://one.invalid/a", "https://two.invalid/b", "https://three.invalid/c")
    assert corroboration.sources([claim], [pages]) == ("three.invalid", "Vendor")


def test_a_vulnerability_calls_nothing_malicious() -> None:
    assert corroboration.sources([record("GHSA-aaaa-bbbb-cccc", kind="vulnerability")]) == ()


CLAIMS = st.lists(
    st.builds(
        lambda number, origins, alias: record(f"MAL-{number}", *origins, aliases=(f"MAL-{alias}",)),
        st.integers(1, 6),
        st.lists(st.sampled_from(["checkmarx", "ghsa-malware", "x"]), max_size=2),
        st.integers(1, 6),
    ),
    max_size=6,
)


@given(CLAIMS)
def test_the_order_of_claims_does_not_matter(claims: list[Claim]) -> None:
    # One record an id: two contents under one id would be two different questions.
    claims = list({claim.record: claim for claim in claims}.values())
    shuffled = sorted(claims, key=lambda claim: claim.record, reverse=True)
    assert corroboration.sources(claims) == corroboration.sources(shuffled)
    assert len(corroboration.sources(claims)) <= sum(max(1, len(c.advisory.origins)) for c in claims if c.advisory)
