"""SARIF: valid by the schema, within GitHub's limits, nothing of a stranger's becomes a link or another's file."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings

from scanner.model.component import Location
from scanner.model.finding import Evidence, FindingClass, Severity
from scanner.model.report import Report
from scanner.reports import sarif, sarif_rules, writer
from tests.conftest import SHARED, Golden
from tests.reports.html_sample import EDITED
from tests.reports.samples import CERTAIN, CHANGE, CLEAR, NEAR, NOBODY_SCORED, POSSIBLE, REPORT, SEVERE, SUPPRESSED
from tests.reports.test_hostile_names import TEXTS, hostile

HERE = Path(__file__).parent / "sarif"
_URI = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=@%/-]+\Z")


def written(report: Report, name: str = "sarif") -> Any:
    out = io.StringIO()
    writer(name)(report, out)
    return json.loads(out.getvalue())


def results(report: Report, name: str = "sarif") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = written(report, name)["runs"][0]["results"]
    return found


@cache
def schemas() -> list[jsonschema_rs.Validator]:
    folder = SHARED / "schemas" / "sarif"
    found = []
    for path in sorted(folder.glob("*.json")):
        schema = json.loads(path.read_text("utf-8"))
        # Its pattern is no regular expression: a bracket too many. We give no language.
        for name in ("run", "toolComponent"):
            del schema["definitions"][name]["properties"]["language"]["pattern"]
        found.append(jsonschema_rs.validator_for(schema, validate_formats=True))
    assert found
    return found


def valid(body: Any) -> None:
    """By both editions of the schema, and by what GitHub asks beyond it."""
    assert [error.message for one in schemas() for error in one.iter_errors(body)] == []
    (run,) = body["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) <= 25_000
    for rule in rules:
        assert 0 < len(rule["id"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1_024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1_024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert 0 < len(rule["properties"]["tags"]) <= 20
        assert 0 < float(rule["properties"].get("security-severity", "1")) <= 10
    assert len(run["results"]) <= 25_000
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert 0 < len(result["locations"]) <= 100
        for location in result["locations"]:
            place = location["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            assert _URI.match(uri), uri
            assert not uri.startswith("/")
            assert ".." not in uri.split("/")
            assert place["region"]["startLine"] >= 1
        # Only links have unescaped brackets.
        assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]]", result["message"]["text"])


@pytest.mark.parametrize(
    ("case", "report", "name"),
    [("change", CHANGE, "sarif"), ("change-github", CHANGE, "sarif-github"), ("clear", CLEAR, "sarif")],
)
def test_golden(golden: Golden, case: str, report: Report, name: str) -> None:
    golden(HERE / f"{case}.sarif", written(report, name))


@pytest.mark.parametrize("report", [CHANGE, REPORT, CLEAR], ids=["change", "everything", "clear"])
def test_valid(shared: Path, report: Report) -> None:
    valid(written(report))
    valid(written(report, "sarif-github"))


@settings(max_examples=25, deadline=None)
@given(text=TEXTS)
def test_valid_whatever_the_names_are(text: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    valid(written(hostile(CHANGE, text)))


@settings(max_examples=25, deadline=None)
@given(text=TEXTS)
def test_a_path_comes_back_as_it_was(text: str) -> None:
    path = f"a b/{text}#?%41/lock.json"
    (found,) = results(
        msgspec.structs.replace(
            REPORT,
            target=".",
            findings=(msgspec.structs.replace(CERTAIN, evidence=(Evidence(location=Location(path, 3), value=""),)),),
        )
    )
    uri = found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    named = [part for part in path.split("/") if part not in ("", ".", "..")]
    assert unquote(uri, errors="surrogatepass").split("/") == named


def test_severity_is_a_statement_of_somebody_or_absent() -> None:
    rules = {rule["id"]: rule["properties"].get("security-severity") for rule in _rules(REPORT)}
    assert rules["example-2026"] == "10.0"
    assert rules["possible/nobodys-2026"] == "8.0"
    assert rules["near-miss/example-2026"] is None
    assert rules[SEVERE.claims[0].record] == "9.5"
    assert rules[NOBODY_SCORED.claims[0].record] is None
    assert rules["hygiene/low"] is None


def _rules(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = written(report)["runs"][0]["tool"]["driver"]["rules"]
    return found


def test_the_fingerprint_is_the_findings_id_whatever_the_line() -> None:
    moved = msgspec.structs.replace(
        CERTAIN, evidence=(Evidence(location=Location("package-lock.json", 4_000), value="x"),)
    )
    first, second = (
        results(msgspec.structs.replace(REPORT, findings=(one,)))[0]["partialFingerprints"] for one in (CERTAIN, moved)
    )
    assert first == second == {"primaryLocationLineHash": f"{CERTAIN.id}:1", "pratique/v1": CERTAIN.id}


def test_what_code_brings_is_named() -> None:
    (one,) = results(msgspec.structs.replace(CLEAR, findings=(EDITED,)))
    assert one["properties"]["brings"] == ["process", "network", "encoded", "edited-in-place"]


def test_standing_and_suppression() -> None:
    states = {one["partialFingerprints"]["pratique/v1"]: one.get("baselineState") for one in results(CHANGE)}
    assert (states[CERTAIN.id], states[POSSIBLE.id], states[f"{10:020x}"]) == ("new", "unchanged", "absent")
    waved = [one for one in results(CHANGE) if "suppressions" in one]
    assert [one["partialFingerprints"]["pratique/v1"] for one in waved] == [SUPPRESSED.id]
    assert "an inert copy for tests" in waved[0]["suppressions"][0]["justification"]
    assert {one.get("baselineState") for one in results(REPORT)} == {None}


def test_githubs_edition_holds_nothing_that_would_open_an_alert_for_what_is_gone_or_decided() -> None:
    for one in results(CHANGE, "sarif-github"):
        assert "suppressions" not in one
        assert one["baselineState"] != "absent"


def test_what_could_not_be_checked_is_said_and_the_run_is_no_success() -> None:
    (told,) = written(REPORT)["runs"][0]["invocations"]
    assert told["executionSuccessful"] is False
    said = " ".join(one["message"]["text"] for one in told["toolExecutionNotifications"])
    for gap in ("not text", "stands twice", "no package URL", "osv/debian", "osv/pypi"):
        assert gap in said
    assert "not valid by the official schema" not in said  # harmless
    (clear,) = written(CLEAR)["runs"][0]["invocations"]
    assert (clear["executionSuccessful"], clear["toolExecutionNotifications"]) == (True, [])


@pytest.mark.parametrize(
    ("target", "path", "uri"),
    [
        (".", "package-lock.json", "package-lock.json"),
        ("", "package-lock.json", "package-lock.json"),
        ("apps/web", "package-lock.json", "apps/web/package-lock.json"),
        ("./apps/web/", "package-lock.json", "apps/web/package-lock.json"),
        ("apps/web/package-lock.json", "apps/web/package-lock.json", "apps/web/package-lock.json"),
        ("apps, tools", "apps/package-lock.json", "apps/package-lock.json"),
        ("/home/me/shop", "package-lock.json", "package-lock.json"),
        ("../shop", "package-lock.json", "package-lock.json"),
        (".", "dist/x.tgz!/package/index.js", "dist/x.tgz"),
        ("/", "/usr/lib/x.js", "file:///usr/lib/x.js"),
        (".", "../../etc/passwd", "etc/passwd"),
        (".", "C:evil", "C%3Aevil"),
        (".", "//host/share", "file:///host/share"),
    ],
)
def test_places_begin_at_the_root_of_the_repository(target: str, path: str, uri: str) -> None:
    one = msgspec.structs.replace(CERTAIN, evidence=(Evidence(location=Location(path, 9), value=""),))
    (found,) = results(msgspec.structs.replace(REPORT, target=target, findings=(one,)))
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri
    assert place["region"]["startLine"] == (1 if "!/" in path else 9)


def many(count: int, **fields: Any) -> Report:
    base = [NEAR, NOBODY_SCORED, SEVERE]
    found = [
        msgspec.structs.replace(base[number % 3], id=f"{number + 100:020x}", **fields) for number in range(count - 1)
    ]
    return msgspec.structs.replace(REPORT, findings=(*found, CERTAIN), closing=(CERTAIN.id,))


def test_the_gravest_come_first_and_the_mildest_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_RESULTS", 30)
    body = written(many(100))["runs"][0]
    found = body["results"]
    assert len(found) == 30
    assert found[0]["partialFingerprints"]["pratique/v1"] == CERTAIN.id
    assert {one["properties"]["severity"] for one in found[1:]} == {"critical"}
    assert "70 findings are left out" in body["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_packed_file_that_would_be_too_large_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_PACKED", 20_000)
    letters = [chr(0x4E00 + n) for n in range(20_000)]
    noise = ("".join(random.Random(n).choices(letters, k=900)) for n in range(200))
    found = [msgspec.structs.replace(SEVERE, id=f"{n:020x}", title=title) for n, title in enumerate(noise)]
    out = io.StringIO()
    writer("sarif")(msgspec.structs.replace(REPORT, findings=tuple(found)), out)
    assert len(gzip.compress(out.getvalue().encode())) < 22_000
    assert "left out" in out.getvalue()


def test_five_thousand_findings_take_under_a_second() -> None:
    report = many(5_000)
    began = time.process_time()
    assert len(results(report)) == 5_000
    assert time.process_time() - began < 1


def test_a_rule_id_that_is_too_long_keeps_apart_what_differs() -> None:
    def of(end: str) -> str:
        claim = msgspec.structs.replace(SEVERE.claims[0], record="x" * 400 + end)
        return sarif_rules.id_of(msgspec.structs.replace(SEVERE, claims=(claim,)))

    assert of("a") != of("b")
    assert len(of("a")) <= 255


def test_levels() -> None:
    def level(**fields: Any) -> str:
        one = msgspec.structs.replace(SEVERE, **fields)
        return str(results(msgspec.structs.replace(REPORT, findings=(one,), closing=()))[0]["level"])

    assert level() == "error"
    assert level(severity=Severity.MEDIUM) == "warning"
    assert level(severity=Severity.LOW) == "note"
    assert level(class_=FindingClass.HYGIENE) == "note"
