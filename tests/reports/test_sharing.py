"""STIX and MISP: valid by the reference library, the same ids for the same things, nobody's opinion made ours."""

from __future__ import annotations

import io
import json
import re
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st
from stix2patterns.validator import run_validator

from scanner.model.campaign import IndicatorType
from scanner.model.component import Location
from scanner.model.finding import Claim, Evidence, Finding, FindingClass, State
from scanner.model.report import Report
from scanner.reports import writer
from scanner.reports.stix_objects import observed, package_pattern, pattern, time
from tests.conftest import Golden
from tests.factories import indicator
from tests.reports.samples import CERTAIN, CLEAR, NEAR, POSSIBLE, REPORT, SEVERE, SUPPRESSED

HERE = Path(__file__).parent / "sharing"
VALUES = {
    IndicatorType.PACKAGE: "pkg:npm/%40scope/evil",
    IndicatorType.DIGEST: "sha256:" + "ab" * 32,
    IndicatorType.DOMAIN: "evil.invalid",
    IndicatorType.IP: "8.8.4.4:443",
    IndicatorType.URL: "https://evil.invalid/a?b='c'",
    IndicatorType.EMAIL: "who@evil.invalid",
    IndicatorType.ACCOUNT: "npm:who",
    IndicatorType.REPOSITORY: "forge.invalid/who/what_is_it",
    IndicatorType.COMMIT: "c" * 39 + "0",
    IndicatorType.STRING: r"it's 100% \distinct",
    IndicatorType.WALLET: "bc1qexampleexampleexample",
    IndicatorType.PATH: r"%PROGRAMDATA%\wt.exe",
    IndicatorType.CERTIFICATE: "1a2b3c4d5e",
    IndicatorType.PRODUCT: "example desktop",
    IndicatorType.ADVISORY: "CVE-2026-0001",
}


def written(name: str, report: Report) -> Any:
    out = io.StringIO()
    writer(name)(report, out)
    return json.loads(out.getvalue())


def report_of(*findings: Finding) -> Report:
    return msgspec.structs.replace(REPORT, findings=findings)


def with_claim(type_: IndicatorType, value: str, **fields: Any) -> Finding:
    said = indicator(type_, value, campaign="example-2026", **fields)
    claim = Claim(feed="pratique/campaigns", record="example-2026", indicator=said)
    return msgspec.structs.replace(CERTAIN, claims=(claim,))


EVERY_TYPE = report_of(*(with_claim(type_, value) for type_, value in VALUES.items()))


@pytest.mark.parametrize("name", ["stix", "misp"])
@pytest.mark.parametrize(("case", "report"), [("everything", REPORT), ("clear", CLEAR), ("every-type", EVERY_TYPE)])
def test_golden(golden: Golden, name: str, case: str, report: Report) -> None:
    golden(HERE / f"{case}.{name}.json", written(name, report))


def test_every_type_of_indicator_has_a_value_here() -> None:
    assert set(VALUES) == set(IndicatorType)


@pytest.mark.parametrize("report", [REPORT, CLEAR, EVERY_TYPE], ids=["everything", "clear", "every-type"])
def test_stix_is_valid_and_its_observables_have_the_ids_of_the_specification(report: Report) -> None:
    body = written("stix", report)
    bundle = stix2.parse(body, allow_custom=False, version="2.1")
    for said, parsed in zip(body["objects"], bundle.objects, strict=True):
        assert json.loads(parsed.serialize())["id"] == said["id"]
        if "created_by_ref" not in said and said["type"] != "marking-definition":  # an observable
            fields = {key: value for key, value in said.items() if key not in ("id", "type", "spec_version")}
            assert type(parsed)(**fields).id == said["id"]


def test_every_reference_leads_to_an_object_of_the_bundle() -> None:
    for report in (REPORT, EVERY_TYPE):
        body = written("stix", report)
        ids = {one["id"] for one in body["objects"]}
        assert len(ids) == len(body["objects"])
        for one in body["objects"]:
            for key, value in one.items():
                if key.endswith("_ref"):
                    assert value in ids, key
                if key.endswith("_refs"):
                    assert set(value) <= ids, key


def test_the_same_thing_has_the_same_id_in_two_scans_and_each_sighting_its_own() -> None:
    later = msgspec.structs.replace(REPORT, started="2026-11-30T09:00:00Z", finished="2026-11-30T09:00:02Z")
    first, second = ({one["id"] for one in written("stix", report)["objects"]} for report in (REPORT, later))
    kinds = {id_.partition("--")[0] for id_ in first ^ second}
    assert kinds == {"sighting", "observed-data"}
    assert all(uuid.UUID(id_.partition("--")[2]).version == 5 for id_ in first - {stix2.TLP_AMBER.id})


def test_everything_is_marked_amber() -> None:
    for one in written("stix", REPORT)["objects"]:
        if one["type"] != "marking-definition":
            assert one["object_marking_refs"] == [stix2.TLP_AMBER.id]
    assert {"name": "tlp:amber"} in written("misp", REPORT)["Event"]["Tag"]


def test_attribution_is_a_statement_with_its_author_and_confidence() -> None:
    relations = [one for one in written("stix", REPORT)["objects"] if one.get("relationship_type") == "attributed-to"]
    assert [(one["external_references"][0]["source_name"], one["confidence"]) for one in relations] == [
        ("A vendor", 85),
        ("Another", 15),
    ]
    assert all("Quoted" in one["description"] for one in relations)


def test_an_actor_whom_nobody_names_is_not_shared() -> None:
    assert CERTAIN.campaign is not None
    alone = msgspec.structs.replace(CERTAIN, campaign=msgspec.structs.replace(CERTAIN.campaign, attribution=()))
    assert not [one for one in written("stix", report_of(alone))["objects"] if one["type"] == "threat-actor"]
    attributes = written("misp", report_of(alone))["Event"]["Attribute"]
    assert not [one for one in attributes if one["type"] == "threat-actor"]


def test_only_compromises_that_were_seen_are_shared() -> None:
    for name in ("stix", "misp"):
        text = json.dumps(written(name, report_of(SEVERE, NEAR, SUPPRESSED)))
        assert "leaky" not in text
        assert "good" not in text
        assert "evil" not in text


@pytest.mark.parametrize("name", ["stix", "misp"])
def test_no_credential_of_an_address_is_shared(name: str) -> None:
    assert "secret" not in json.dumps(written(name, REPORT))


def test_a_range_does_not_become_a_pattern_of_every_version() -> None:
    said = indicator(IndicatorType.PACKAGE, "pkg:npm/good", versions=(), range="1.0.0..2.0.0")
    assert pattern(said, "1.5.0") == "[software:name = 'good' AND software:version = '1.5.0']"


def test_finding_without_component_is_shared_by_its_file() -> None:
    place = Evidence(location=Location("a/b.js", 3), value="evil.invalid")
    found = msgspec.structs.replace(with_claim(IndicatorType.DOMAIN, "evil.invalid"), component=None, evidence=(place,))
    kinds = [one["type"] for one in written("stix", report_of(found))["objects"]]
    assert {"file", "directory", "domain-name", "sighting"} <= set(kinds)
    assert written("misp", report_of(found))["Event"]["Object"] == []


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(IndicatorType)), st.text(min_size=1, max_size=30))
def test_no_value_breaks_out_of_a_pattern(type_: IndicatorType, text: str) -> None:
    value = f"pkg:npm/{text.encode().hex()}" if type_ is IndicatorType.PACKAGE else text
    said = pattern(indicator(type_, value, versions=None if type_ is IndicatorType.DIGEST else (text,)), None)
    # The library's own grammar; it knows no line breaks inside of strings, and neither do the values that we store.
    if text.isprintable():
        assert run_validator(said, stix_version="2.1") == []


@given(st.text(max_size=20), st.lists(st.text(max_size=10), max_size=3))
def test_a_quote_never_ends_a_string(name: str, versions: list[str]) -> None:
    outside = re.sub(r"'(?:[^'\\]|\\.)*'", "", package_pattern(name, versions), flags=re.DOTALL)
    assert "'" not in outside
    assert set(outside) <= set("[]software:name = AND software:version IN (, )")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01T00:00:00.000Z", "2026-12-31T23:59:59.000Z"),
        ("2026-02", "2026-02-01T00:00:00.000Z", "2026-02-28T23:59:59.000Z"),
        ("2026-03-31", "2026-03-31T00:00:00.000Z", "2026-03-31T23:59:59.000Z"),
        (None, None, None),
    ],
)
def test_parts_of_dates(text: str | None, first: str | None, last: str | None) -> None:
    assert (time(text), time(text, end=True)) == (first, last)


def test_what_stix_has_no_observable_for_has_none() -> None:
    assert observed(indicator(IndicatorType.WALLET, VALUES[IndicatorType.WALLET])) is None


def test_misp_event_is_of_the_core_format() -> None:
    event = written("misp", REPORT)["Event"]
    assert event["threat_level_id"] == "1"
    every = [*event["Attribute"], *(one for found in event["Object"] for one in found["Attribute"])]
    assert len({one["uuid"] for one in every}) == len(every)
    for one in every:
        assert {"uuid", "type", "category", "value", "to_ids"} <= set(one)
    for found in event["Object"]:
        assert all("object_relation" in one for one in found["Attribute"])


def test_a_weak_indicator_alarms_no_sensor() -> None:
    weak = with_claim(IndicatorType.DOMAIN, "shared.invalid", alone=False)
    (domain,) = (one for one in written("misp", report_of(weak))["Event"]["Attribute"] if one["type"] == "domain")
    assert domain["to_ids"] is False


def test_states_are_told_apart() -> None:
    assert POSSIBLE.class_ is FindingClass.COMPROMISE
    assert POSSIBLE.state is State.POSSIBLE
    sightings = [one for one in written("stix", report_of(POSSIBLE))["objects"] if one["type"] == "sighting"]
    assert [one["confidence"] for one in sightings] == [50]
    assert written("misp", report_of(POSSIBLE))["Event"]["threat_level_id"] == "2"
