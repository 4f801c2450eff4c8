"""The dossier in each format: against its schema, and with names that want to be more than names."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from scanner.model.audit import AuditReport
from scanner.model.decision import Answer, Decision, NotAffected, OpenFinding
from scanner.model.finding import FindingClass, State
from scanner.model.report import Verdict
from scanner.pipeline import audit
from scanner.pipeline.decisions import recall
from scanner.pipeline.scan import Settings
from scanner.policy import decisions
from scanner.reports import audit as dossiers
from scanner.reports.audit import json_v1
from tests import delivered_files as built
from tests.conftest import Golden
from tests.deliveries import Document, delivery, digest, spoiled, written
from tests.factories import NOW
from tests.reports.test_json import closed, schema

HERE = Path(__file__).parent / "audit"
REPORT_SCHEMA, AUDIT_SCHEMA = "pratique-report-1.schema.json", "pratique-audit-1.schema.json"
BASE = "https://pratique.invalid/schemas/"
NASTY = "<script>alert(1)</script>\x1b[31m\u202egpj=cmd|'/c calc'!A1"


@pytest.fixture(autouse=True)
def _campaigns(tmp_path: Path, compiled: Path) -> None:
    (tmp_path / "intel").mkdir()
    shutil.copy(compiled, tmp_path / "intel")


def dossier(folder: Path, document: Document, previous: Document | None = None) -> AuditReport:
    settings = Settings(intel_directory=folder / "intel", now=lambda: NOW)
    old = None if previous is None else written(folder, "old.json", previous)
    return audit.audit(written(folder, "new.json", document), settings, previous=old, product="shop")


def shown(report: AuditReport, name: str) -> str:
    out = io.StringIO()
    dossiers.writer(name)(report, out)
    return out.getvalue()


def everything() -> Document:
    """A delivery that has something for every part of the dossier."""
    document = spoiled(delivery("1.1.0"), hashes=[{"alg": "SHA-256", "content": digest("sha256", "x")}])
    document["components"][1].update(supplier={"name": "Takers"}, version="2.2.0", purl="pkg:npm/fine@2.2.0")
    document["components"][2].pop("purl")
    document["components"].pop()
    return document


@cache
def validator() -> jsonschema_rs.Validator:
    known = {BASE + name: closed(schema(name)) for name in (REPORT_SCHEMA, AUDIT_SCHEMA)}
    registry = jsonschema_rs.Registry(list(known.items()))
    return jsonschema_rs.validator_for(known[BASE + AUDIT_SCHEMA], registry=registry)


def valid(body: Any) -> Any:
    """Whether a dossier is of the published schema, with every object shut to what it does not name."""
    return validator().validate(body)


@pytest.mark.parametrize(
    ("document", "previous"),
    [(delivery, None), (everything, delivery), (lambda: {"bomFormat": "CycloneDX"}, None)],
    ids=["clean", "everything", "nothing"],
)
def test_the_dossier_is_as_its_schema_says(
    tmp_path: Path, document: Callable[[], Document], previous: Callable[[], Document] | None
) -> None:
    report = dossier(tmp_path, document(), None if previous is None else previous())
    valid(json.loads(shown(report, "json")))


def test_a_decision_is_as_the_schema_says(tmp_path: Path) -> None:
    report = dossier(tmp_path, everything(), delivery())
    made = Decision(
        decide=Answer.ACCEPT_UNTIL,
        until=NOW.date(),
        because="so",
        by="Ada",
        made=NOW,
        sha256=report.digest,
        verdict=Verdict.CLEAR,
        not_affected=(NotAffected(vulnerability="CVE-1", justification="component_not_present"),),
        open=(OpenFinding(finding="f", class_=FindingClass.INTEGRITY, state=State.CERTAIN),),
    )
    book = decisions.parse(decisions.table(made).encode(), where="d.toml")
    recalled = recall(report, book, NOW)
    body = json.loads(shown(recalled, "json"))
    assert body["decision"]["new"]
    assert body["decision"]["gone"] == ["f"]
    valid(body)
    with pytest.raises(jsonschema_rs.ValidationError):
        valid({**body, "decision": {**body["decision"], "decide": "perhaps"}})
    page = shown(recalled, "html")
    assert 'id="decision"' in page
    assert f"accepted until {NOW.date()}" in page


def test_the_schema_can_refuse(tmp_path: Path) -> None:
    body = json.loads(shown(dossier(tmp_path, delivery()), "json"))
    for wrong in ({**body, "new": 1}, {**body, "judgeable": "perhaps"}, {**body, "scan": {}}):
        with pytest.raises(jsonschema_rs.ValidationError):
            valid(wrong)


def test_the_page_of_text_is_as_it_was(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)  # a path of another length would break lines elsewhere
    golden(HERE / "everything.txt", shown(dossier(Path(), everything(), delivery()), "text"))


def test_the_table_of_components(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(shown(dossier(tmp_path, everything(), delivery()), "csv"))))
    by_name = {row["name"]: row for row in rows}
    assert by_name.keys() == {"good", "fine", "sound", "whole"}
    assert by_name["good"]["change"] == "same version, other digest"
    assert by_name["good"]["worst"] == "integrity, high"
    assert (by_name["fine"]["change"], by_name["fine"]["version_before"]) == ("updated", "2.1.0")
    assert by_name["sound"]["can_be_judged"] == "no"
    assert "purl" in by_name["sound"]["lacks"].split()
    assert by_name["whole"]["change"] == "removed"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize("name", [name for name in dossiers.FORMATS if name != "openvex"])
def test_a_name_stays_a_name(tmp_path: Path, name: str) -> None:
    document = spoiled(delivery(NASTY), name=NASTY, supplier={"name": NASTY}, **{"bom-ref": NASTY})
    document["metadata"].update(timestamp=NASTY, authors=[{"name": NASTY}], tools=[{"name": NASTY}])
    document["serialNumber"] = NASTY
    said = shown(dossier(tmp_path, document, spoiled(delivery(), supplier={"name": "=1+1"})), name)
    assert "alert(1)" in said  # else the case proves nothing
    assert "\x1b" not in said
    assert "\u202e" not in said
    if name == "html":
        reader = _Tags()
        reader.feed(said)
        assert reader.tags.count("script") == 1
    if name == "csv":
        cells = [cell for row in csv.reader(io.StringIO(said)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def delivered(folder: Path) -> AuditReport:
    """Everything that can be wrong with delivered files, in a folder that is called `ship`."""
    jar = built.jar("org.good", "core", "1.2.0")
    components = (
        built.named("pkg:maven/org.good/core@1.2.0", jar),
        built.named("pkg:npm/plain@1.0.0"),
        built.named("pkg:npm/fine@2.0.0", built.npm("fine", "2.0.0")),
        built.named("pkg:npm/never@9.0.0"),
        built.named("pkg:cargo/inside@1.0.0"),
        built.file("bin/tool", built.ELF),
    )
    files = {
        "lib/core-1.2.0.jar": built.jar("org.good", "core", "1.2.0", Evil=b"x"),
        "fine-2.0.0.tgz": built.npm("fine", "2.0.0"),
        "node_modules/plain/package.json": built.manifest("plain", "1.0.1"),
        "node_modules/hidden/package.json": built.manifest("hidden", "0.1.0"),
        "bin/tool": built.ELF,
        "bin/.helper": built.ELF + b"2",
        "data.7z": b"7z\xbc\xaf\x27\x1c" + bytes(600),
    }
    built.laid(folder / "ship", files)
    settings = Settings(intel_directory=folder / "intel", now=lambda: NOW)
    path = written(folder, "new.json", built.sbom(*components))
    return audit.audit(path, settings, artefacts=[folder / "ship"])


def test_what_was_delivered_is_told_as_it_was(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    golden(HERE / "delivered.txt", shown(delivered(Path()), "text"))


def test_what_was_delivered_is_in_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = delivered(Path())
    body = json.loads(shown(report, "json"))
    valid(body)
    told = body["artefact"]
    assert {key: len(told[key]) for key in ("agreed", "differing", "undeclared", "other_versions", "phantom")} == {
        "agreed": 2, "differing": 1, "undeclared": 3, "other_versions": 1, "phantom": 0,
    }  # fmt: skip
    assert [one["what"] for one in told["problems"]] == ["7-Zip archives are not unfolded"]
    page = shown(report, "html")
    assert 'id="artefact"' in page
    assert "bin/.helper" in page
    rows = {row["name"]: row["delivered"] for row in csv.DictReader(io.StringIO(shown(report, "csv")))}
    assert rows["org.good:core"] == "other bytes"
    assert rows["fine"] == "same digest"
    assert rows["plain"] == "another version"
    assert rows["hidden"] == rows[".helper"] == "not in the SBOM"
    # Something could not be opened: then nobody can say that it is not there.
    assert rows["never"] == rows["inside"] == "cannot be told"


def test_every_part_of_the_page_is_there(tmp_path: Path) -> None:
    page = shown(dossier(tmp_path, everything(), delivery()), "html")
    for id_ in (
        "delivery",
        "silent",
        "quality-identity",
        "quality-ntia-2021",
        "delivery-changes",
        "questions",
        "ledger",
    ):
        assert f'id="{id_}"' in page
    assert 'href="#"' not in page  # each entry of the contents leads somewhere


def test_the_same_audit_is_the_same_bytes(tmp_path: Path) -> None:
    first, second = (shown(dossier(tmp_path, everything(), delivery()), "json") for _ in range(2))
    assert first == second


def test_real_sboms_get_a_dossier_in_every_format(shared: Path, tmp_path: Path) -> None:
    """Some of the corpus; docs/audit.md has the whole. What is valid and listed is never a crash, and never silent."""
    root = shared / "corpus" / "sbom"
    with (root / "EXPECTED.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    settings = Settings(intel_directory=tmp_path / "intel", now=lambda: NOW)
    count = 0
    for row in rows[::35]:
        report = audit.audit(root / row["file"], settings)
        for name in dossiers.FORMATS:
            assert shown(report, name)
        valid(json_v1.body(report))
        assert report.report.exit_code in (1, 3)  # there are no feeds
        count += 1
    assert count > 30


def test_one_document_in_two_notations_lacks_the_same(shared: Path, tmp_path: Path) -> None:
    """RDF writes `NOASSERTION` as an address; it is no reference that leads nowhere."""
    examples = shared / "corpus" / "sbom" / "spdx_spdx-spec" / "2.3.1" / "examples"
    settings = Settings(intel_directory=tmp_path / "intel", now=lambda: NOW)
    lacking = [
        {(one.id, asked.id, len(asked.concerned)) for one in report.standards for asked in one.missing}
        for name in ("SPDXYAMLExample-2.3.spdx.yaml", "SPDXRdfExample-v2.3.spdx.rdf.xml")
        for report in [audit.audit(examples / name, settings)]
    ]
    assert lacking[0] == lacking[1]
