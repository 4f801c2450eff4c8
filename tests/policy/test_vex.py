"""VEX: which statements set a vulnerability aside, and what is said of the others."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from scanner.errors import InputError
from scanner.feeds import vex as reader
from scanner.model.component import Component
from scanner.model.finding import Finding, FindingClass
from scanner.policy import vex
from tests import factories
from tests.policy.test_suppress import finding

PATH = "apps/web/package-lock.json"
LEAKY = "pkg:npm/leaky@1.0.0"
APP = "pkg:npm/app@2.0.0"


def statement(**fields: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "vulnerability": {"name": "CVE-2026-1"},
        "products": [{"@id": LEAKY}],
        "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path",
        "timestamp": "2026-11-01T00:00:00Z",
    }
    return {name: value for name, value in (defaults | fields).items() if value is not None}


def openvex(*statements: dict[str, Any]) -> bytes:
    return json.dumps(
        {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "Vendor", "version": 1,
         "timestamp": "2026-10-01T00:00:00Z", "statements": list(statements)}
    ).encode()  # fmt: skip


def judge(data: bytes, one: Finding | None = None, subject: Component | None = None) -> tuple[Finding, list[str]]:
    document = reader.parse(data, where="v.json")
    judged = vex.judge([one or finding()], [document], subject={PATH: subject}.get)
    told = judged.findings[0]
    assert bool(judged.used) is (told.suppressed is not None)
    return told, [note.what for note in judged.notes]


def test_a_statement_about_exactly_this() -> None:
    told, notes = judge(openvex(statement()))
    assert msgspec.to_builtins(told.suppressed) == {
        "reason": "VEX of 2026-11-01T00:00:00Z by Vendor says not_affected: vulnerable_code_not_in_execute_path",
        "expires": "",
        "by": "Vendor",
        "where": "v.json: statements/0",
        "stated": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path",
    }
    assert notes == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"status": "fixed", "justification": None}, None),
        ({"vulnerability": {"name": "other", "aliases": ["ghsa-AAAA"]}}, None),
        ({"vulnerability": "CVE-2026-1", "products": [LEAKY]}, None),
        ({"products": [{"@id": "x", "identifiers": {"purl": LEAKY}}]}, None),
        ({"status": "affected"}, ""),
        ({"status": "under_investigation"}, ""),
        ({"vulnerability": {"name": "CVE-2026-2"}}, ""),
        ({"justification": None}, "it says not_affected and does not say why"),
        ({"products": [{"@id": "pkg:npm/leaky"}]}, "names no version"),
        ({"products": [{"@id": "pkg:npm/leaky@1.0.1"}]}, "not about pkg:npm/leaky@1.0.0"),
        ({"products": [{"@id": f"{LEAKY}?arch=arm"}]}, "not about pkg:npm/leaky@1.0.0"),
        ({"products": [{"@id": "pkg:npm/else@1.0.0"}]}, ""),
        ({"products": [{"@id": "pkg:npm/app", "subcomponents": [{"@id": LEAKY}]}]}, None),
        ({"products": [{"@id": APP, "subcomponents": [{"@id": "pkg:npm/leaky"}]}]}, None),
        ({"products": [{"@id": "pkg:npm/app", "subcomponents": [{"@id": "pkg:npm/leaky"}]}]}, "which is not what was"),
        ({"products": [{"@id": "pkg:npm/app@3", "subcomponents": [{"@id": LEAKY}]}]}, "which is not what was scanned"),
        ({"products": [{"@id": "nobody", "subcomponents": [{"@id": LEAKY}]}]}, "which is not what was scanned"),
        ({"products": [{"@id": APP}]}, "about the product as a whole"),
    ],
)  # fmt: skip
def test_what_it_takes(fields: dict[str, Any], says: str | None) -> None:
    """`None`: it is set aside. Otherwise it stands, and this is said."""
    told, notes = judge(openvex(statement(**fields)), subject=factories.component(APP))
    assert (told.suppressed is not None) is (says is None)
    assert says in notes[0] if says else notes == []


@pytest.mark.parametrize("class_", [one for one in FindingClass if one is not FindingClass.VULNERABILITY])
def test_nothing_but_a_vulnerability(class_: FindingClass) -> None:
    told, notes = judge(openvex(statement(), statement(status="fixed")), finding(class_))
    assert told.suppressed is None
    assert all("sets nothing aside" in note for note in notes)
    assert len(notes) == 2


def test_the_newest_word_counts() -> None:
    old, new = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00+02:00"
    told, notes = judge(openvex(statement(timestamp=old), statement(status="affected", timestamp=new)))
    assert told.suppressed is None
    assert notes == ["CVE-2026-1: contradicted by v.json: statements/1, which is as new or newer and says affected"]
    assert "says not_affected, but VEX of" in told.reason
    told, _ = judge(openvex(statement(timestamp=new), statement(status="affected", timestamp=old)))
    assert told.suppressed is not None


@pytest.mark.parametrize("when", ["2026-01-01T00:00:00Z", "soon"])
def test_of_two_of_the_same_time_the_warning_counts(when: str) -> None:
    for pair in ((statement(timestamp=when), statement(timestamp=when, status="under_investigation")),) * 2:
        assert judge(openvex(*pair))[0].suppressed is None
        assert judge(openvex(*reversed(pair)))[0].suppressed is None


def cyclonedx(**analysis: Any) -> bytes:
    return json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"timestamp": "2026-11-02T00:00:00Z", "authors": [{"name": "Ann"}]},
        "components": [{"type": "library", "name": "leaky", "version": "1.0.0", "bom-ref": "a", "purl": LEAKY}],
        "vulnerabilities": [
            {"id": "CVE-2026-1", "affects": [{"ref": "a"}], "analysis": analysis},
            {"id": "CVE-2026-1", "affects": [{"ref": "a"}]},
        ],
    }).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("analysis", "stated", "label"),
    [
        ({"state": "not_affected", "justification": "code_not_reachable"}, "not_affected",
         "vulnerable_code_not_in_execute_path"),
        ({"state": "false_positive", "detail": "another package"}, "not_affected", None),
        ({"state": "resolved"}, "fixed", None),
        ({"state": "not_affected"}, None, None),
        ({"state": "exploitable"}, None, None),
        ({"state": "in_triage"}, None, None),
    ],
)  # fmt: skip
def test_cyclonedx(analysis: dict[str, str], stated: str | None, label: str | None) -> None:
    told, _ = judge(cyclonedx(**analysis))
    assert (told.suppressed and told.suppressed.stated) == stated
    assert (told.suppressed and told.suppressed.justification) == label


def test_links_into_another_bom() -> None:
    text = cyclonedx(state="resolved").decode().replace('"ref": "a"', f'"ref": "urn:cdx:0-0/1#{LEAKY}"')
    assert judge(text.encode())[0].suppressed is not None
    opaque = text.replace(LEAKY, "77", 2).replace(f"#{LEAKY}", "#77")
    document = reader.parse(opaque.encode(), where="v.json")
    assert any("no component of this document" in problem.what for problem in document.problems)
    rejected = json.loads(cyclonedx(state="resolved"))
    rejected["vulnerabilities"][0]["rejected"] = "2026-11-03T00:00:00Z"
    told, notes = judge(json.dumps(rejected).encode())
    assert told.suppressed is None
    assert "withdrawn" in notes[0]


def csaf(status: str, *, category: str = "csaf_vex", whole: str = APP, final: str = "final", why: bool = True) -> bytes:
    return json.dumps({
        "document": {
            "category": category, "csaf_version": "2.0", "publisher": {"name": "PSIRT"},
            "tracking": {"current_release_date": "2026-11-03T00:00:00Z", "status": final},
        },
        "product_tree": {
            "branches": [{"branches": [
                {"product": {"product_id": "A", "name": "app", "product_identification_helper": {"purl": whole}}},
                {"product": {"product_id": "L", "name": "leaky", "product_identification_helper": {"purl": LEAKY}}},
            ]}],
            "relationships": [{
                "category": "default_component_of", "product_reference": "L", "relates_to_product_reference": "A",
                "full_product_name": {"product_id": "A:L", "name": "leaky in app"},
            }],
        },
        "vulnerabilities": [{
            "cve": "CVE-2026-1",
            "product_status": {status: ["A:L", "unknown"]},
            "flags": [{"label": "vulnerable_code_not_present", "product_ids": ["A:L"]}] if why else [],
        }],
    }).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("data", "stated"),
    [
        (csaf("known_not_affected"), "not_affected"),
        (csaf("fixed", why=False), "fixed"),
        (csaf("known_not_affected", why=False), None),
        (csaf("known_affected"), None),
        (csaf("under_investigation"), None),
        (csaf("known_not_affected", whole="pkg:npm/other@1"), None),
        (csaf("known_not_affected", category="csaf_withdrawn"), None),
        (csaf("known_not_affected", final="draft"), None),
    ],
)
def test_csaf(data: bytes, stated: str | None) -> None:
    told, _ = judge(data, subject=factories.component(APP))
    assert (told.suppressed and told.suppressed.stated) == stated
    assert reader.parse(data, where="v.json").problems[0].what == "the product 'unknown' is named by no package URL"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{}", "no VEX document that we know"),
        (b"[]", "no VEX document that we know"),
        (b"{", "JSON"),
        (b"\xff\xfe", ""),
        (openvex(statement()).replace(b'"status"', b'"status": "fixed", "status"'), "more than once"),
    ],
)
def test_what_is_no_vex(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as raised:
        reader.parse(data, where="v.json")
    assert says in raised.value.what


ODD: list[Any] = [None, 1, "x", [], {}, [1], [None], [[]], {"a": 1}, True]


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_lost_one_by_one(odd: Any) -> None:
    for whole in (openvex(statement()), cyclonedx(state="resolved", detail="d"), csaf("known_not_affected")):
        for spoilt in _spoilt(json.loads(whole), odd):
            try:
                document = reader.parse(json.dumps(spoilt).encode(), where="v.json")
            except InputError:
                continue
            vex.judge([finding()], [document], subject={PATH: None}.get)


def _spoilt(value: Any, odd: Any) -> Any:
    """The document with each of its values replaced in turn."""
    if isinstance(value, dict):
        for key in value:
            yield value | {key: odd}
            yield from (value | {key: inner} for inner in _spoilt(value[key], odd))
    elif isinstance(value, list):
        for number in range(len(value)):
            yield [*value[:number], odd, *value[number + 1 :]]
            yield from ([*value[:number], inner, *value[number + 1 :]] for inner in _spoilt(value[number], odd))


def test_real_documents(shared: Any) -> None:
    counts: dict[str, int] = {}
    for path in sorted((shared / "corpus/vex").rglob("*.json")):
        try:
            document = reader.parse(path.read_bytes(), where=path.name)
        except InputError:
            continue
        assert all(one.names and one.author and one.time for one in document.statements), path
        counts[document.format] = counts.get(document.format, 0) + len(document.statements)
    assert counts["OpenVEX"] >= 40
    assert counts["CSAF"] >= 8
