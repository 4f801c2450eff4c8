"""Formats for trackers and SBOM tools: valid whatever anything is called, and never saying more than is known."""

from __future__ import annotations

import io
import json
import re
import time
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.component import Graph
from scanner.model.finding import Finding, FindingClass, Severity, State, Suppression
from scanner.model.inventory import Inventory
from scanner.model.report import Report
from scanner.parsers import cyclonedx_json, spdx2_json
from scanner.parsers.source import Source
from scanner.reports import FORMATS, OF_DIFF, OF_INVENTORY, tracker, uri, writer
from tests.conftest import Golden
from tests.factories import component as made
from tests.factories import reading
from tests.reports.machine_schemas import wrong_with
from tests.reports.samples import CERTAIN, CHANGED, CLEAR, NEAR, NOBODY_SCORED, POSSIBLE, REPORT, SEVERE, SUPPRESSED
from tests.reports.test_hostile_names import CHOSEN, hostile

HERE = Path(__file__).parent / "machines"
NAMES = ("gitlab-dependency", "gitlab-quality", "cyclonedx", "openvex", "spdx", "defectdojo")
_APP = made(
    "pkg:npm/app@1.0.0", cpes=("cpe:2.3:a:shop:app:1.0.0:*:*:*:*:*:*:*", "cpe:/a:shop:app"), supplier="Shop Inc.",
    role="application", digests=("sha256:" + "ab" * 32, "h1:nothing", "sha1:zz"), ref="app",
)  # fmt: skip
assert CERTAIN.component is not None
assert SEVERE.component is not None
_GOOD = msgspec.structs.replace(CERTAIN.component, ref="good")
INVENTORY = Inventory(
    readings=(
        reading(
            _APP, _GOOD, made("pkg:npm/good@1.4.1", ref="", name="good"), path="package-lock.json",
            graph=Graph(roots=("app",), edges=lambda: {"app": ("good", "good", "nowhere", "app"), "": ("good",)}),
        ),
        reading(SEVERE.component, path="apps/web/package-lock.json"),
    ),
    looked_for=2,
)  # fmt: skip
FULL = msgspec.structs.replace(REPORT, inventory=INVENTORY)


def suppressed(finding: Finding, stated: str | None = None, justification: str | None = None) -> Finding:
    said = Suppression(
        reason="the header is cut at the door", expires="", by="bob", stated=stated, justification=justification
    )
    return msgspec.structs.replace(finding, suppressed=said)


def written(name: str, report: Report) -> Any:
    out = io.StringIO()
    writer(name)(report, out)
    return json.loads(out.getvalue())


def report_of(*findings: Finding, **fields: Any) -> Report:
    return msgspec.structs.replace(REPORT, findings=findings, **fields)


def complaints(name: str, report: Report) -> list[str]:
    return wrong_with(name, written(name, report))


# --- what it looks like, and that it is valid


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("case", "report"), [("everything", FULL), ("clear", CLEAR)])
def test_golden(golden: Golden, name: str, case: str, report: Report) -> None:
    golden(HERE / f"{case}.{name}.json", written(name, report))


STATED = report_of(
    suppressed(SEVERE, "not_affected", "vulnerable_code_not_in_execute_path"),
    suppressed(NOBODY_SCORED, "fixed"),
    inventory=INVENTORY,
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("report", [FULL, REPORT, STATED], ids=["full", "no inventory", "stated"])
def test_valid(shared: Path, name: str, report: Report) -> None:
    assert complaints(name, report) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "openvex"])
def test_clear_is_valid(shared: Path, name: str) -> None:
    assert complaints(name, CLEAR) == []


def test_openvex_of_nothing_states_nothing(shared: Path) -> None:
    """The schema wants a statement: there is none to make, and none is made up."""
    assert [error.split(":")[0] for error in complaints("openvex", CLEAR)] == ["['statements']"]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(text=st.one_of(st.sampled_from((*CHOSEN, "x" * 5_000, "```\n# h", "](javascript:1)")), st.text(max_size=12)))
def test_valid_whatever_things_are_called(shared: Path, name: str, text: str) -> None:
    report: Report = msgspec.structs.replace(hostile(REPORT, text), inventory=hostile(INVENTORY, text))
    assert complaints(name, report) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert written(name, FULL) == written(name, FULL)


@pytest.mark.parametrize("name", NAMES)
def test_no_password_of_an_address_is_told(name: str) -> None:
    assert "secret" not in json.dumps(written(name, FULL))


def test_formats_that_list_components_are_not_offered_where_nothing_is_listed() -> None:
    assert set(OF_DIFF) | OF_INVENTORY == set(FORMATS)
    assert not set(OF_DIFF) & OF_INVENTORY


# --- what is said of suppressed things


@pytest.mark.parametrize("stated", [None, "not_affected", "fixed"])
def test_a_compromise_stays_affected_whoever_waved_it_through(stated: str | None) -> None:
    bad = suppressed(CERTAIN, stated, "component_not_present")
    (statement,) = written("openvex", report_of(bad))["statements"]
    assert statement["status"] == "affected"
    assert "Remove it" in statement["action_statement"]
    assert "the header is cut" in statement["action_statement"]
    (told,) = written("cyclonedx", report_of(bad))["vulnerabilities"]
    assert told["analysis"]["state"] == "exploitable"
    assert told["cwes"] == [506]
    (dojo_finding,) = written("defectdojo", report_of(bad))["findings"]
    assert (dojo_finding["false_p"], dojo_finding["risk_accepted"]) == (False, True)


def test_a_decision_is_no_statement_that_nothing_is_affected() -> None:
    (statement,) = written("openvex", report_of(suppressed(SEVERE)))["statements"]
    assert statement["status"] == "affected"
    assert "suppressed by bob: the header is cut at the door" in statement["action_statement"]
    (told,) = written("cyclonedx", report_of(suppressed(SEVERE)))["vulnerabilities"]
    assert told["analysis"] == {"state": "in_triage", "detail": "suppressed by bob: the header is cut at the door"}


@pytest.mark.parametrize(
    ("stated", "justification", "status", "state"),
    [
        ("not_affected", "component_not_present", "not_affected", "not_affected"),
        ("not_affected", None, "not_affected", "not_affected"),
        ("fixed", None, "fixed", "resolved"),
    ],
)
def test_a_vex_statement_is_passed_on(stated: str, justification: str | None, status: str, state: str) -> None:
    report = report_of(suppressed(SEVERE, stated, justification), inventory=INVENTORY)
    (statement,) = written("openvex", report)["statements"]
    assert (statement["status"], statement.get("justification")) == (status, justification)
    assert statement["impact_statement"] == "the header is cut at the door"
    (told,) = written("cyclonedx", report)["vulnerabilities"]
    assert told["analysis"]["state"] == state
    assert told["affects"] == [{"ref": "1:0", "versions": [{"version": "1.0.0", "status": "unaffected"}]}]
    (dojo_finding,) = written("defectdojo", report)["findings"]
    assert (dojo_finding["active"], dojo_finding["false_p"], dojo_finding["risk_accepted"]) == (False, True, False)


@pytest.mark.parametrize("name", ["gitlab-dependency", "gitlab-quality"])
def test_gitlab_is_not_told_of_what_was_suppressed(name: str) -> None:
    text = json.dumps(written(name, report_of(SUPPRESSED, CERTAIN)))
    assert "evil" not in text
    assert "good" in text


def test_what_is_only_possible_is_under_investigation() -> None:
    assert written("openvex", report_of(NOBODY_SCORED))["statements"][0]["status"] == "under_investigation"
    (told,) = written("cyclonedx", report_of(POSSIBLE))["vulnerabilities"]
    assert told["analysis"]["state"] == "in_triage"


def test_code_is_nothing_to_state() -> None:
    for name, place in (("openvex", "statements"), ("cyclonedx", "vulnerabilities")):
        assert written(name, report_of(CHANGED))[place] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_near_miss_is_no_entry_in_a_tracker(name: str) -> None:
    assert NEAR.title not in json.dumps(written(name, report_of(NEAR)))


# --- what could not be checked


def test_an_incomplete_scan_does_not_look_like_a_clear_one() -> None:
    nothing = report_of()
    assert written("gitlab-dependency", nothing)["scan"]["status"] == "failure"
    assert any("yarn.lock" in one["value"] for one in written("gitlab-dependency", nothing)["scan"]["messages"])
    assert {one["check_name"] for one in written("gitlab-quality", nothing)} == {"not-checked"}
    assert written("gitlab-dependency", CLEAR)["scan"]["status"] == "success"
    assert written("gitlab-quality", CLEAR) == []
    for name in ("cyclonedx", "openvex", "spdx", "defectdojo"):
        assert "1 file not read in full" in json.dumps(written(name, nothing))
        assert "not read in full" not in json.dumps(written(name, CLEAR))
    assert written("cyclonedx", nothing)["compositions"] == [{"aggregate": "incomplete", "assemblies": ["target"]}]


# --- the components


@pytest.mark.parametrize(("name", "parser"), [("cyclonedx", cyclonedx_json), ("spdx", spdx2_json)])
def test_our_own_reader_finds_every_component_again(name: str, parser: Any) -> None:
    data = json.dumps(written(name, FULL)).encode()
    found = [one for one in parser.parse(Source(path="bom.json", data=data)) if hasattr(one, "purl")]
    told = {str(one.purl) for one in found if one.purl is not None}
    assert told >= {str(one.purl) for one in (_APP, _GOOD, SEVERE.component) if one is not None}


def test_a_finding_names_every_copy_in_its_file_and_no_other() -> None:
    other = made("pkg:npm/good@1.4.1", location=msgspec.structs.replace(_GOOD.location, path="other/package-lock.json"))
    inventory = Inventory(readings=(*INVENTORY.readings, reading(other)))
    (told,) = written("cyclonedx", report_of(CERTAIN, inventory=inventory))["vulnerabilities"]
    assert [one["ref"] for one in told["affects"]] == ["0:1", "0:2"]


def test_a_bad_file_stands_as_a_component_of_its_own() -> None:
    file = msgspec.structs.replace(CERTAIN, component=None)
    body = written("cyclonedx", report_of(file, inventory=INVENTORY))
    assert [one["name"] for one in body["components"] if one["type"] == "file"] == ["shop/package-lock.json"]


def test_a_package_that_stands_in_no_inventory_is_listed_once_for_all_its_findings() -> None:
    body = written("cyclonedx", report_of(SEVERE, msgspec.structs.replace(SEVERE, id="f" * 20)))
    assert [one["name"] for one in body["components"]] == ["leaky"]
    assert {aim["ref"] for one in body["vulnerabilities"] for aim in one["affects"]} == {f"of:{SEVERE.id}"}


def test_dependencies_and_scopes_are_relations() -> None:
    relations = {
        (one["spdxElementId"], one["relationshipType"], one["relatedSpdxElement"])
        for one in written("spdx", FULL)["relationships"]
    }
    assert ("SPDXRef-Package-0-0", "DEPENDS_ON", "SPDXRef-Package-0-1") in relations
    assert ("SPDXRef-Package-0-1", "DEV_DEPENDENCY_OF", "SPDXRef-Target") in relations
    assert ("SPDXRef-Target", "CONTAINS", "SPDXRef-Package-0-0") in relations
    assert sum(how == "DEPENDS_ON" for _, how, _ in relations) == 1


# --- what a stranger writes


@given(st.text(alphabet="`~abc\n@!", max_size=40))
def test_no_text_leaves_its_block(text: str) -> None:
    first, *inside, last = tracker.block([one.replace("\n", " ") for one in ("why", text, "end")]).split("\n")
    assert last == "`" * len(last)
    assert first.startswith(last)
    assert all(re.sub("`" * len(last), "", line) == line for line in inside)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://user:secret@host.invalid/a b", "https://host.invalid/a%20b"),
        ("ssh://git@host.invalid/x", "ssh://git@host.invalid/x"),
        ("https://host.invalid/>\n", "https://host.invalid/%3E%0A"),
        ("git@host.invalid:x/y", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses(url: str | None, said: str | None) -> None:
    assert uri.absolute(url) == said


def test_only_pages_of_the_web_are_linked() -> None:
    assert uri.page("javascript:alert(1)") is None
    assert uri.page("https://host.invalid/") == "https://host.invalid/"


def test_only_vectors_that_every_reader_takes_are_passed_on() -> None:
    assert tracker.vectors(SEVERE) == ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",)
    assert tracker.vectors(hostile(SEVERE, "/E:X'")) == ()


# --- speed


@pytest.fixture(scope="module")
def many() -> Report:
    inventory = Inventory(
        readings=(reading(*(made(f"pkg:npm/p-{n}@1.{n}.0", digests=("sha256:" + "ab" * 32,)) for n in range(10_000))),)
    )
    findings = tuple(
        msgspec.structs.replace(
            SEVERE, id=f"{n:020x}", component=inventory.readings[0].components[n], title=f"p-{n} is leaky"
        )
        for n in range(5_000)
    )
    return report_of(*findings, inventory=inventory)


@pytest.mark.parametrize("name", NAMES)
def test_five_thousand_findings_are_quick(many: Report, name: str) -> None:
    def spent() -> float:
        began = time.process_time()
        out = io.StringIO()
        writer(name)(many, out)
        assert out.getvalue()
        return time.process_time() - began

    assert any(spent() < (2 if name == "cyclonedx" else 1) for _ in range(3))


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_finding_has_its_words(shared: Path, name: str) -> None:
    kinds = product(Severity, State, FindingClass)
    every = [
        msgspec.structs.replace(SEVERE, id=f"{n:020x}", severity=severity, state=state, class_=class_)
        for n, (severity, state, class_) in enumerate(kinds)
    ]
    assert complaints(name, report_of(*every)) == []
