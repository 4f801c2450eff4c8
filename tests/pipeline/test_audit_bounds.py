"""SBOMs that want to see us out of memory or time: bounded, told, and a dossier all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import shape
from scanner.model.audit import AuditReport, Judgeable
from scanner.pipeline import audit, inventory
from scanner.pipeline.scan import Settings
from tests import delivered_files as built
from tests.deliveries import Document, written
from tests.factories import NOW


def audited(folder: Path, document: Document, previous: Document | None = None) -> AuditReport:
    old = None if previous is None else written(folder, "old.json", previous)
    settings = Settings(intel_directory=folder / "intel", now=lambda: NOW)
    return audit.audit(written(folder, "bom.json", document), settings, previous=old)


def told(report: AuditReport) -> str:
    return "\n".join(problem.what for problem in report.report.coverage.problems)


def test_of_more_components_than_are_read_the_first_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "MOST_COMPONENTS", 20)
    many = [built.named(f"pkg:npm/p{number}@1.0.0") for number in range(30)]
    report = audited(tmp_path, built.sbom(built.named("pkg:npm/axios@1.14.1"), *many))
    assert "it lists more than 20 components, and the rest was not read" in told(report)
    assert (report.judgeable, report.report.exit_code) == (Judgeable.PARTLY, 1)
    assert len(report.components) <= 20
    assert [one.title for one in report.report.findings if "axios 1.14.1" in one.title]


def test_of_many_faults_the_first_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "MOST_PROBLEMS", 10)
    document = built.sbom(built.named("pkg:npm/fine@1.0.0"))
    document["components"] += list(range(50))
    report = audited(tmp_path, document)
    assert "more than 10 things are wrong with it: it was read no further" in told(report)
    assert len(report.report.coverage.problems) < 20
    assert report.report.exit_code == 3


def test_a_document_of_empty_objects_is_refused_before_it_is_unfolded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shape, "MAX_OBJECTS", 100)
    document = built.sbom()
    document["components"] = [{}] * 200
    report = audited(tmp_path, document)
    assert "objects and lists of JSON" in told(report)
    assert (report.judgeable, report.report.exit_code) == (Judgeable.NO, 3)


def test_contradictory_duplicates_are_told_and_neither_hides_the_other(tmp_path: Path) -> None:
    one, other = (built.named("pkg:npm/twice@1.0.0", data) for data in (b"one", b"other"))
    report = audited(
        tmp_path, built.sbom(one, other, built.named("pkg:npm/axios@1.14.1") | {"bom-ref": one["bom-ref"]})
    )
    lacks = {lack.id for standard in report.standards if standard.id == "identity" for lack in standard.missing}
    assert {"one-digest", "refs-once"} <= lacks
    assert [found.title for found in report.report.findings if "axios 1.14.1" in found.title]
    assert {"one-digest", "refs-once"} <= {question.about for question in report.questions}


def test_cycles_and_digests_of_a_wrong_length_are_told(tmp_path: Path) -> None:
    parts = [built.named(f"pkg:npm/p{number}@1.0.0") for number in range(3)]
    parts[0]["hashes"] = [{"alg": "SHA-512", "content": "ab" * 32}, {"alg": "SHA-256", "content": "none"}]
    document = built.sbom(*parts)
    refs = [one["bom-ref"] for one in parts]
    document["dependencies"] = [
        {"ref": "product", "dependsOn": ["product", refs[0]]},
        *({"ref": ref, "dependsOn": [refs[(number + 1) % 3], ref]} for number, ref in enumerate(refs)),
    ]
    report = audited(tmp_path, document, document)
    lacks = {lack.id for standard in report.standards if standard.id == "identity" for lack in standard.missing}
    assert "digest-fits" in lacks
    assert "no digest: 'none'" in told(report)
    assert "connected" not in lacks
