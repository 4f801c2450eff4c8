"""What attestations become as findings."""

from __future__ import annotations

import pytest

from scanner.matching.attested import claimed_by_sbom, findings
from scanner.model import purl as purls
from scanner.model.attestation import Attestation, AttestationState, EarlierRelease, RepositoryClaim
from scanner.model.component import Component, Location
from scanner.model.finding import FindingClass, Severity, State

COMPONENT = Component(
    name="lib", version="1.2.3", purl=purls.parse("pkg:npm/lib@1.2.3"), location=Location(path="bom.json")
)
BUILT = Attestation(state=AttestationState.VERIFIED, why="", repository="https://github.com/Acme/lib")
NONE = Attestation(state=AttestationState.ABSENT, why="")


def claim(*addresses: str, registry: bool = True, checked: bool = False) -> RepositoryClaim:
    return RepositoryClaim(addresses=addresses, by_registry=registry, checked_by_registry=checked)


@pytest.mark.parametrize(
    "address",
    [
        "git+https://github.com/acme/lib.git",
        "https://github.com/acme/LIB/issues",
        "git+ssh://git@github.com/acme/lib.git#main",
        "git@github.com:acme/lib.git",
        "github:acme/lib",
        "acme/lib",
        "https://github.com/acme/lib/tree/main/packages/x",
        "https://lib.invalid",
        "lib.invalid/page",
        "https://github.com/sponsors/acme",
        "https://gitlab.com/else/where",
        "",
        "::::",
        "https://",
    ],
)
def test_the_same_repository_however_it_is_spelled_is_no_finding(address: str) -> None:
    assert not [*findings(COMPONENT, BUILT, claims=(claim(address),))]


@pytest.mark.parametrize(
    ("told", "severity", "state"),
    [
        (claim("https://github.com/acme/other", checked=True), Severity.HIGH, State.CERTAIN),
        (claim("https://github.com/acme/other"), Severity.MEDIUM, State.POSSIBLE),
        (claim("https://github.com/acme/library.git", registry=False), Severity.MEDIUM, State.POSSIBLE),
    ],
)
def test_another_repository_is_told(told: RepositoryClaim, severity: Severity, state: State) -> None:
    (found,) = findings(COMPONENT, BUILT, claims=(told,))
    assert (found.class_, found.severity, found.state) == (FindingClass.INTEGRITY, severity, state)
    assert "github.com/acme/lib" in found.reason


def test_one_of_several_addresses_is_enough() -> None:
    assert not [*findings(COMPONENT, BUILT, claims=(claim("https://github.com/a/b", "https://github.com/acme/lib"),))]


def test_groups_below_groups_count_whole() -> None:
    built = Attestation(state=AttestationState.VERIFIED, why="", repository="https://gitlab.com/a/b/c")
    assert not [*findings(COMPONENT, built, claims=(claim("https://gitlab.com/a/b/c/-/issues"),))]
    assert [*findings(COMPONENT, built, claims=(claim("https://gitlab.com/a/b/d.git"),))]


def test_the_sbom_claims_by_its_addresses_and_the_purl_s_own() -> None:
    purl = purls.parse("pkg:npm/lib@1.2.3?vcs_url=git%2Bhttps://github.com/evil/lib%40abc")
    component = Component(name="lib", version="1.2.3", purl=purl, location=Location(path="bom.json"))
    (found,) = findings(component, BUILT, claims=(claimed_by_sbom(component),))
    assert "github.com/evil/lib" in found.reason
    assert "the SBOM says" in found.reason


def test_lost_provenance_weighs_more_when_somebody_else_published() -> None:
    by_hand = EarlierRelease(version="1.2.2", publisher="GitHub Actions", publisher_now="ann")
    quiet = EarlierRelease(version="1.2.2", delivered=True)
    (high,), (medium,) = (tuple(findings(COMPONENT, NONE, earlier=one)) for one in (by_hand, quiet))
    assert (high.severity, medium.severity) == (Severity.HIGH, Severity.MEDIUM)
    assert "published by ann" in high.reason
    assert "last delivery" in medium.reason


def test_one_that_does_not_hold_is_certain_and_what_is_unknown_says_nothing() -> None:
    (found,) = findings(COMPONENT, Attestation(state=AttestationState.FAILED, why="it is about other bytes"))
    assert (found.severity, found.state, found.reason) == (Severity.HIGH, State.CERTAIN, "it is about other bytes")
    earlier = EarlierRelease(version="1.2.2")
    assert not [*findings(COMPONENT, Attestation(state=AttestationState.UNKNOWN, why=""), earlier=earlier)]
    assert not [*findings(COMPONENT, NONE)]
    assert not [*findings(COMPONENT, BUILT, earlier=earlier)]
