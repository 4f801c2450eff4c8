"""`pratique audit` and `pratique diff-sbom`: a delivery with planted faults has each told, its clean twin none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests import delivered_files as built
from tests.cli.conftest import Run
from tests.deliveries import Document, delivery, digest, part, spoiled, written


def test_a_delivery_without_fault_is_clear(run: Run, synced: Path, tmp_path: Path) -> None:
    old = written(tmp_path, "old.json", delivery())
    new = written(tmp_path, "new.json", delivery("1.1.0", "2026-11-01T08:00:00Z"))
    ran = run("audit", new, "--previous", old, "--product", "shop", "--intel-dir", synced)
    assert ran.err == ""
    assert ran.status == 0
    assert ran.out.startswith("CLEAR")
    assert "Can it be judged? Yes." in ran.out
    assert "Is it compromised? Nothing says so." in ran.out
    assert "What changed? Nothing." in ran.out
    assert "What to ask" not in ran.out
    assert "careful" not in ran.out
    assert ran.out.count("(100 %)") == 4


def redigested(document: Document) -> None:
    document["components"][0]["hashes"] = [{"alg": "SHA-256", "content": digest("sha256", "other")}]


def moved(document: Document) -> None:
    document["components"][0]["externalReferences"][0]["url"] = "https://elsewhere.invalid/good-1.0.0.tgz"


def set_first(**fields: Any) -> Callable[[Document], None]:
    return lambda document: document["components"][0].update(fields)


FAULTS: dict[str, tuple[Callable[[Document], Any], int, str, str]] = {
    "a malicious version": (
        set_first(name="evil", version="3.0.0", purl="pkg:npm/evil@3.0.0"),
        1, "compromise", "evil 3.0.0",
    ),
    "a malicious version behind an alias": (
        set_first(purl="pkg:npm/evil@3.0.0", version="3.0.0"),
        1, "compromise", "evil",
    ),
    "a digest swapped between deliveries": (redigested, 1, "integrity", "good 1.0.0"),
    "another source": (moved, 0, "moved", "good 1.0.0"),
    "an older version": (set_first(version="0.9.0", purl="pkg:npm/good@0.9.0"), 0, "downgraded", "good 0.9.0"),
    "another supplier": (set_first(supplier={"name": "Takers"}), 0, "supplier", "good 1.0.0"),
    "a digest lost": (lambda d: d["components"][0].pop("hashes"), 0, "digest-lost", "good 1.0.0"),
    "a new component": (
        lambda d: (
            d["components"].append(part("new", "1.0.0")),
            d["dependencies"][1]["dependsOn"].append("new"),
            d["dependencies"].append({"ref": "new"}),
        ),
        0, "added", "new 1.0.0",
    ),
    "no identity": (lambda d: d["components"][0].pop("purl"), 3, "purl", "good 1.0.0"),
    "another product": (
        lambda d: d["metadata"]["component"].update(name="till"), 0, "product", "of till",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plant", "status", "about", "says"), FAULTS.values(), ids=FAULTS)
def test_each_planted_fault_is_told_and_asked(
    run: Run, synced: Path, tmp_path: Path, plant: Callable[[Document], Any], status: int, about: str, says: str
) -> None:
    old = written(tmp_path, "old.json", delivery())
    document = deepcopy(delivery("1.1.0", "2026-11-01T08:00:00Z"))
    plant(document)
    new = written(tmp_path, "new.json", document)
    options = ("--previous", old, "--product", "shop", "--intel-dir", synced)
    report = tmp_path / "report.json"
    ran = run("audit", new, *options, "--format", "text", "--format", f"json={report}")
    assert (ran.status, ran.err) == (status, "")
    assert says in ran.out
    assert about in {one["about"] for one in json.loads(report.read_text())["questions"]}


def test_the_gate_can_be_moved(run: Run, synced: Path, tmp_path: Path) -> None:
    old, document = written(tmp_path, "old.json", delivery()), delivery()
    redigested(document)
    new = written(tmp_path, "new.json", document)
    for command in (("audit", new, "--previous", old, "--intel-dir", synced), ("diff-sbom", old, new)):
        assert run(*command).status == 1
        assert run(*command, "--fail-on", "integrity:critical").status == 0


def test_an_sbom_that_lists_nothing_is_not_clear(run: Run, synced: Path, tmp_path: Path) -> None:
    document = delivery() | {"components": [], "dependencies": []}
    ran = run("audit", written(tmp_path, "bom.json", document), "--intel-dir", synced)
    assert ran.status == 3
    assert "Can it be judged? No." in ran.out
    assert "it lists no software beside the product" in ran.out


def test_without_feeds_nothing_is_clear(run: Run, tmp_path: Path) -> None:
    ran = run("audit", written(tmp_path, "bom.json", delivery()))
    assert ran.status == 3
    assert "Nothing says so, of what could be checked." in ran.out


def test_a_broken_sbom_gets_a_dossier(run: Run, synced: Path, tmp_path: Path) -> None:
    path = tmp_path / "bom.json"
    path.write_text(json.dumps(delivery())[:1500])
    ran = run("audit", path, "--intel-dir", synced)
    assert ran.status == 3
    assert "Traceback" not in ran.err
    assert "The SBOM breaks the rules of its format" in ran.out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "package-lock.json",
            '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1"}}}',
            "pratique scan",
        ),
    ],
)
def test_what_is_no_sbom_is_sent_elsewhere(run: Run, tmp_path: Path, name: str, content: str, says: str) -> None:
    (tmp_path / name).write_text(content)
    ran = run("audit", tmp_path / name)
    assert ran.status == 3
    assert says in ran.err


def test_a_folder_gives_one_table(run: Run, synced: Path, tmp_path: Path) -> None:
    written(tmp_path, "clear.json", delivery())
    written(tmp_path, "bad.json", spoiled(delivery(), purl="pkg:npm/evil@3.0.0", name="evil", version="3.0.0"))
    (tmp_path / "settings.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}')
    ran = run("audit", tmp_path, "--intel-dir", synced)
    assert (ran.status, ran.err) == (1, "")
    rows = [line.split() for line in ran.out.splitlines()]
    assert [(row[0], row[-1]) for row in rows if row[-1].endswith(".json")] == [
        ("suspicious", "bad.json"),
        ("clear", "clear.json"),
    ]
    assert "Audited  2 SBOMs" in ran.out
    table = json.loads(run("audit", tmp_path, "--intel-dir", synced, "--format", "json").out)
    assert [one["verdict"] for one in table["audits"]] == ["suspicious", "clear"]
    cells = list(csv.DictReader(io.StringIO(run("audit", tmp_path, "--intel-dir", synced, "--format", "csv").out)))
    assert [(one["file"], one["exit"]) for one in cells] == [("bad.json", "1"), ("clear.json", "0")]


def test_a_folder_without_an_sbom_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    ran = run("audit", tmp_path)
    assert ran.status == 2
    assert "no SBOM is in it" in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("audit", "nowhere.json"), "there is no such file or folder"),
        (("audit", "sbom_examples", "--previous", "sbom_examples/webshop.cdx.json"), "it goes with one SBOM"),
        (("audit", "sbom_examples", "--format", "html"), "no format 'html'"),
        (("audit", "sbom_examples/webshop.cdx.json", "--format", "xml"), "no format 'xml'"),
        (("diff-sbom", "nowhere.json", "nowhere.json"), "there is no such file or folder"),
    ],
)
def test_wrong_words(run: Run, arguments: tuple[str, ...], says: str) -> None:
    ran = run(*arguments)
    assert ran.status == 2
    assert says in ran.err


def test_other_formats_are_those_of_a_scan(run: Run, synced: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "bom.json", spoiled(delivery(), purl="pkg:npm/evil@3.0.0", name="evil", version="3.0.0"))
    sarif = json.loads(run("audit", path, "--intel-dir", synced, "--format", "sarif").out)
    assert len(sarif["runs"][0]["results"]) == 1
    marked = json.loads(run("audit", path, "--intel-dir", synced, "--format", "cyclonedx").out)
    assert len(marked["vulnerabilities"]) == 1


def test_the_change_alone(run: Run, tmp_path: Path) -> None:
    old = written(tmp_path, "old.json", delivery())
    new = written(tmp_path, "new.json", spoiled(delivery("1.1.0"), version="1.2.0", purl="pkg:npm/good@1.2.0"))
    ran = run("diff-sbom", old, new)
    assert (ran.status, ran.err) == (0, "")
    assert "updated: good 1.0.0 -> 1.2.0" in ran.out
    body = json.loads(run("diff-sbom", old, new, "--format", "json").out)
    assert body["schema"] == "pratique-sbom-diff/1"
    assert [one["change"] for one in body["changes"]["components"]] == ["updated"]


def test_a_cpe_that_is_one_package_is_asked_about(run: Run, synced: Path, tmp_path: Path) -> None:
    document = delivery()
    document["components"][0].update(name="axios", version="1.14.1", cpe="cpe:2.3:a:axios:axios:1.14.1:*:*:*:*:*:*:*")
    document["components"][0].pop("purl")
    ran = run("audit", written(tmp_path, "v1.json", document), "--intel-dir", synced, "--format", "json")
    scanned = json.loads(ran.out)["scan"]
    (finding,) = scanned["findings"]
    assert (finding["class"], finding["state"]) == ("compromise", "possible")
    assert "by its CPE" in finding["reason"]
    assert scanned["coverage"]["unmatchable"] == []
    assert ran.status == 1


def test_what_was_delivered_is_laid_beside_the_sbom(run: Run, synced: Path, tmp_path: Path) -> None:
    document, good = delivery(), built.npm("good", "1.0.0")
    document["components"][0]["hashes"] = [{"alg": "SHA-256", "content": built.sha256(good)}]
    sbom = written(tmp_path, "bom.json", document)
    options = ("--intel-dir", synced, "--format", "text")
    ran = run("audit", sbom, "--artifact", built.laid(tmp_path / "one", {"good-1.0.0.tgz": good}), *options)
    assert (ran.status, ran.err) == (0, "")
    assert "as the SBOM says, 1 of them by digest: 1" in ran.out
    assert "in the SBOM and not delivered: 3" in ran.out
    files = {"good-1.0.0.tgz": good + b"\0", "node_modules/alias/package.json": built.manifest("evil", "3.0.0")}
    ran = run("audit", sbom, "--artifact", built.laid(tmp_path / "two", files), *options)
    assert ran.status == 1
    assert "Is it what was delivered? No: bytes differ." in ran.out
    assert "evil 3.0.0 (package)" in ran.out
    assert {"1 certain compromise", "1 certain integrity finding"} <= {part.strip() for part in reasons(ran.out)}


def reasons(out: str) -> list[str]:
    """Why the status is what it is."""
    return " ".join(out.partition("Exit 1")[2].split()).split(";")


def test_a_hidden_package_closes_the_gate_where_somebody_wants_it(run: Run, synced: Path, tmp_path: Path) -> None:
    sbom = written(tmp_path, "bom.json", delivery())
    ship = built.laid(tmp_path / "ship", {"node_modules/extra/package.json": built.manifest("extra", "1.0.0")})
    command = ("audit", sbom, "--artifact", ship, "--intel-dir", synced)
    assert run(*command).status == 0
    assert run(*command, "--fail-on", "integrity:medium").status == 1


def test_an_artefact_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    sbom = written(tmp_path, "bom.json", delivery())
    ran = run("audit", sbom, "--artifact", tmp_path / "nowhere")
    assert (ran.status, "there is no such file or folder" in ran.err) == (2, True)
    ran = run("audit", tmp_path, "--artifact", sbom)
    assert (ran.status, "it goes with one SBOM" in ran.err) == (2, True)
