"""Is this very package, at this very version, known to be bad?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import matching
from scanner.matching import Outcome
from scanner.model.advisory import Advisory, AdvisoryKind, EventKind
from scanner.model.campaign import Campaign, IndicatorType, Role
from scanner.model.component import Component, Origin, Scope
from scanner.model.finding import FindingClass, State
from scanner.model.inventory import Reading
from tests.factories import advisory, campaign, component, indicator, inventory, knowledge

BAD_AXIOS = campaign(
    indicator(IndicatorType.PACKAGE, "pkg:npm/axios", versions=("1.14.1", "0.30.4"), role=Role.COMPROMISED)
)


def run(
    directory: Path,
    *components: Component,
    advisories: tuple[Advisory, ...] = (),
    campaigns: tuple[Campaign, ...] = (BAD_AXIOS,),
    foreign: str | None = None,
) -> Outcome:
    return matching.match(
        inventory(*components),
        knowledge(directory, advisories, campaigns),
        foreign_host=lambda _: foreign,
        located=lambda reading: [one.location for one in reading.components],
    )


def states(outcome: Outcome) -> list[tuple[FindingClass, State]]:
    return [(finding.class_, finding.state) for finding in outcome.findings]


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        ("pkg:npm/axios@1.14.1", {}, State.CERTAIN),
        ("pkg:npm/axios@v1.14.1", {}, State.CERTAIN),
        ("pkg:npm/axios@1.13.2", {}, State.NEAR_MISS),
        ("pkg:npm/axios", {"version": None, "constraint": "^1.13.0"}, State.POSSIBLE),
        ("pkg:npm/axios", {"version": None, "constraint": "~1.12.0"}, State.NEAR_MISS),
        ("pkg:npm/axios", {"version": None, "constraint": "what ever"}, State.POSSIBLE),
        ("pkg:npm/axios", {"version": None}, State.POSSIBLE),
        ("pkg:npm/axios@1.14.1", {"version": "1.13.2"}, State.CERTAIN),
        ("pkg:npm/axios@1.14.1", {"origin": Origin.WORKSPACE}, State.NEAR_MISS),
        ("pkg:npm/axios@1.14.1", {"origin": Origin.GIT}, State.NEAR_MISS),
        ("pkg:npm/axios@1.14.1", {"origin": Origin.URL}, State.POSSIBLE),
        ("pkg:npm/axios@1.14.1", {"scope": Scope.DEVELOPMENT}, State.CERTAIN),
    ],
)
def test_versions_of_an_honest_package(tmp_path: Path, text: str, fields: dict[str, Any], expected: State) -> None:
    (finding,) = run(tmp_path, component(text, **fields)).findings
    assert finding.class_ is FindingClass.COMPROMISE
    assert finding.state is expected
    assert finding.reason
    assert finding.campaign is not None


def test_a_name_that_is_malicious_at_any_version(tmp_path: Path) -> None:
    evil = campaign(indicator(IndicatorType.PACKAGE, "pkg:npm/plain-crypto-js", versions=None))
    ranged = component("pkg:npm/plain-crypto-js", version=None, constraint="^4.0.0")
    assert states(run(tmp_path, ranged, campaigns=(evil,))) == [(FindingClass.COMPROMISE, State.CERTAIN)]


def test_another_registry_is_said_and_lowers_the_state(tmp_path: Path) -> None:
    (finding,) = run(tmp_path, component("pkg:npm/axios@1.14.1"), foreign="packages.corp.invalid").findings
    assert finding.state is State.POSSIBLE
    assert "packages.corp.invalid" in finding.reason


def test_a_lock_beside_the_manifest_settles_its_range(tmp_path: Path) -> None:
    manifest = component(
        "pkg:npm/axios", version=None, constraint="^1.13.0", location=component("pkg:npm/a@1").location
    )
    locked = component("pkg:npm/axios@1.13.2")
    assert states(run(tmp_path, manifest, locked)) == [(FindingClass.COMPROMISE, State.NEAR_MISS)]


def test_a_moved_tag_is_possible(tmp_path: Path) -> None:
    moved = campaign(
        indicator(IndicatorType.PACKAGE, "pkg:githubactions/tj-actions/changed-files", versions=(),
                  range="v1..v45.0.7", moved=True)
    )  # fmt: skip
    for ref, expected in (("v45", [State.POSSIBLE]), ("v46.0.1", [State.NEAR_MISS])):
        used = component(f"pkg:githubactions/tj-actions/changed-files@{ref}", origin=Origin.REGISTRY)
        assert [found.state for found in run(tmp_path, used, campaigns=(moved,)).findings] == expected


def test_malware_is_a_class_of_its_own_and_comes_first(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        component("pkg:npm/lodash@1.0.0"),
        component("pkg:npm/evil@1.0.0"),
        advisories=(
            advisory("GHSA-1", "lodash", kind=AdvisoryKind.VULNERABILITY,
                     events=((EventKind.INTRODUCED, "0"), (EventKind.FIXED, "2.0.0"))),
            advisory("MAL-1", "evil"),
        ),
    )  # fmt: skip
    assert states(outcome) == [
        (FindingClass.COMPROMISE, State.CERTAIN),
        (FindingClass.VULNERABILITY, State.CERTAIN),
    ]
    assert outcome.findings[1].what_to_do == "Update lodash: fixed in 2.0.0."


def test_what_several_records_say_of_one_component_is_one_finding(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        component("pkg:npm/axios@1.14.1"),
        advisories=(advisory("MAL-2026-2307", "axios", versions=("1.14.1",)),),
    )
    (finding,) = outcome.findings
    assert {claim.record for claim in finding.claims} == {"example", "MAL-2026-2307"}


def test_aliases_of_one_vulnerability_are_one_finding(tmp_path: Path) -> None:
    def cve(id_: str, *aliases: str) -> Advisory:
        return advisory(id_, "lodash", kind=AdvisoryKind.VULNERABILITY, aliases=aliases)

    outcome = run(
        tmp_path,
        component("pkg:npm/lodash@1.0.0"),
        advisories=(cve("GHSA-a", "CVE-1"), cve("x_other", "CVE-1"), cve("GHSA-b", "CVE-2")),
    )
    assert [sorted(claim.record for claim in finding.claims) for finding in outcome.findings] == [
        ["GHSA-a", "x_other"],
        ["GHSA-b"],
    ]


def test_case_that_npm_tells_apart_is_only_possible(tmp_path: Path) -> None:
    outcome = run(tmp_path, component("pkg:npm/jsonstream@1.0.0"), advisories=(advisory("MAL-1", "JSONStream"),))
    (finding,) = outcome.findings
    assert finding.state is State.POSSIBLE
    assert "JSONStream" in finding.reason


def test_what_cannot_be_asked_stands_in_the_ledger(tmp_path: Path) -> None:
    nameless = component("pkg:npm/a@1", purl=None, name="something")
    typeless = component("pkg:unheard-of/a@1")
    osless = component("pkg:deb/somewhere/a@1")
    outcome = run(tmp_path, nameless, typeless, osless, component("pkg:npm/b@1"))
    assert [(item.component.name, item.reason) for item in outcome.unmatchable] == [
        ("something", "no package URL"),
        ("a", "no advisories are filed for packages of type 'unheard-of'"),
        ("a", "no distribution that advisories are filed under"),
    ]
    assert (outcome.read, outcome.checked) == (4, 1)


_names = st.sampled_from(("axios", "lodash", "evil"))
_versions = st.sampled_from(("0.30.4", "1.13.2", "1.14.1", "not a version", ""))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(_names, _versions), max_size=4), extra=st.sampled_from(("evil", "lodash", "axios")))
def test_one_more_advisory_never_removes_a_finding(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]], extra: str
) -> None:
    components = [component(f"pkg:npm/{name}", version=version or None) for name, version in pairs]
    if not components:
        return

    def told(*records: Advisory) -> set[tuple[str, str | None]]:
        outcome = run(tmp_path_factory.mktemp("intel"), *components, advisories=records)
        return {
            (found.component.name, found.component.version)
            for found in outcome.findings
            if found.component and found.state is not State.NEAR_MISS
        }

    first = advisory("MAL-1", "evil")
    assert told(first) <= told(first, advisory("MAL-2", extra))


def test_readings_without_components_are_fine(tmp_path: Path) -> None:
    outcome = run(tmp_path)
    assert outcome.findings == ()
    assert isinstance(inventory().readings[0], Reading)
