"""`audit --previous OLD --deep --online`: the command, a registry on this machine, the real rule engine."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.codescan import engine
from scanner.errors import EngineError
from scanner.model.audit import AuditReport
from scanner.model.finding import FindingClass
from scanner.pipeline import audit
from scanner.pipeline.released import Wish
from tests.pipeline.test_base_code import EVIL, TINY
from tests.registries.test_released import BEFORE, NOW, configure, part, sbom, settings
from tests.registries.world import World, sha, tgz, world
from tests.reports.test_audit import shown, valid
from tests.warm import Ran, Warm

HONEST = TINY.replace("trim", "trimEnd")


@pytest.fixture(scope="module", autouse=True)
def _engine() -> None:
    try:
        engine.find(os.environ)
    except EngineError:
        pytest.skip("semgrep is not here: pip install 'pratique[code]'")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as running:
        configure(running)
        running.environ |= {key: os.environ[key] for key in ("PRATIQUE_SEMGREP", "PATH") if key in os.environ}
        yield running


def publish(there: World, name: str, **releases: str) -> list[dict[str, Any]]:
    """Releases of a package, by version (`v1_0_0`), each with its code; gives a component of an SBOM for each."""
    versions: dict[str, Any] = {}
    parts = []
    for spelled, code in releases.items():
        version = spelled.removeprefix("v").replace("_", ".")
        manifest = json.dumps({"name": name, "version": version, "main": "index.js"})
        data = tgz({"package/package.json": manifest.encode(), "package/index.js": code.encode()})
        path = f"/npm/{name}/-/{name}-{version}.tgz"
        there.files[path] = data
        integrity = base64.b64encode(hashlib.sha512(data).digest()).decode()
        versions[version] = {"dist": {"tarball": f"{{url}}{path}", "integrity": f"sha512-{integrity}"}}
        parts.append(part(f"pkg:npm/{name}@{version}", sha512=sha("sha512", data)))
    there.json(f"/npm/{name}", {"versions": versions, "time": {"created": BEFORE, **dict.fromkeys(versions, BEFORE)}})
    return parts


def compared(there: World, folder: Path, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> AuditReport:
    before, now = sbom(folder, *old, name="v1.json"), sbom(folder, *new, name="v2.json")
    return audit.audit(now, settings(there), previous=before, online=Wish(internal=("@corp/*",)), deep=True)


def suspicious(report: AuditReport) -> list[tuple[str, str]]:
    found = [one for one in report.report.findings if one.class_ is FindingClass.SUSPICIOUS_CHANGE]
    return [(one.severity.word, one.component.name if one.component else "") for one in found]


def losses(report: AuditReport) -> list[str]:
    return [f"{one.where}: {one.what}" for one in report.report.coverage.problems if not one.harmless]


def test_an_update_that_gains_a_power_stands_in_every_format(there: World, tmp_path: Path) -> None:
    calm, tiny = publish(there, "calm", v1_0_0=TINY, v1_0_1=HONEST), publish(there, "tiny", v1_0_0=TINY, v1_0_1=EVIL)
    report = compared(there, tmp_path, [calm[0], tiny[0]], [calm[1], tiny[1]])
    assert suspicious(report) == [("critical", "tiny")]
    assert report.report.exit_code == 1
    (found,) = (one for one in report.report.findings if one.class_ is FindingClass.SUSPICIOUS_CHANGE)
    assert found.evidence[0].location.path == "pkg:npm/tiny@1.0.1/index.js"
    assert report.changes is not None
    assert report.changes.code is not None
    assert (report.changes.code.packages, report.changes.code.compared) == (2, 2)
    assert not [loss for loss in losses(report) if "pkg:" in loss or "deep" in loss]
    (asked,) = (one for one in report.questions if one.about == "suspicious-change")
    assert [one.name for one in asked.components] == ["tiny"]
    text, page, body = shown(report, "text"), shown(report, "html"), json.loads(shown(report, "json"))
    valid(body)
    assert body["changes"]["code"] == {"releases": 2, "compared": 2, "whole": []}
    for format_ in (text, page):
        assert "2 releases fetched; 2 compared with the one before" in re.sub(r"\s+", " ", format_)
        assert found.title.partition(":")[0] in format_
        assert "collect.invalid" in format_


def test_an_honest_update_has_no_finding(there: World, tmp_path: Path) -> None:
    old, new = publish(there, "calm", v1_0_0=TINY, v1_0_1=HONEST)
    report = compared(there, tmp_path, [old], [new])
    assert suspicious(report) == []
    assert [path for path in there.paths() if path.endswith(".tgz")] != []


def test_what_is_added_is_judged_whole_and_what_is_as_it_was_is_not_fetched(there: World, tmp_path: Path) -> None:
    (same,), (tiny,) = publish(there, "same", v1_0_0=EVIL), publish(there, "tiny", v1_0_0=EVIL)
    report = compared(there, tmp_path, [same], [same, tiny])
    assert report.changes is not None
    assert report.changes.code is not None
    assert report.changes.code.whole == ("pkg:npm/tiny@1.0.0",)
    assert [path for path in there.paths() if path.endswith(".tgz")] == ["/npm/tiny/-/tiny-1.0.0.tgz"]


def test_what_cannot_be_had_is_in_the_ledger(there: World, tmp_path: Path) -> None:
    (gone, now), (old, other) = (
        publish(there, "lost", v1_0_0=TINY, v1_0_1=EVIL),
        publish(there, "odd", v1_0_0=TINY, v1_0_1=TINY),
    )
    del there.files["/npm/lost/-/lost-1.0.1.tgz"]
    other |= {"hashes": [{"alg": "SHA-512", "content": "0" * 128}]}
    quiet = [part(f"pkg:npm/%40corp/own@{version}") for version in ("1.0.0", "1.0.1")]
    report = compared(there, tmp_path, [gone, old, quiet[0]], [now, other, quiet[1]])
    told = "\n".join(losses(report))
    assert "pkg:npm/lost@1.0.1: its release was not compared: the registry lists the file and does not have it" in told
    assert re.search(r"pkg:npm/odd@1\.0\.1: its release was not compared: its sha512 is not the digest", told)
    harmless = [one.what for one in report.report.coverage.problems if one.where == "--deep"]
    assert harmless == ["1 component that changed was not compared as code: of an internal scope"]
    assert not [path for path in there.paths() if "corp" in path]
    assert report.report.exit_code == 1  # the digest that differs closes the gate by itself


def test_the_command_says_what_to_add(there: World, tmp_path: Path, warm: Warm) -> None:
    new, old = sbom(tmp_path), sbom(tmp_path, name="old.json")

    def said(*options: str | Path) -> Ran:
        return warm("audit", new, "--deep", *options, environ={**there.environ, "PATH": os.environ["PATH"]})

    for options, hint in (
        ((), "add --previous OLD_SBOM --online"),
        (("--previous", old), "add --online"),
        (("--online",), "add --previous OLD_SBOM"),
        (("--previous", old, "--as-of", "2026-11-30"), "add --online"),
    ):
        ran = said(*options)
        assert (ran.status, hint in ran.err) == (2, True), ran.err
    assert there.asked == []


def test_the_command_compares(there: World, tmp_path: Path, warm: Warm) -> None:
    old, new = publish(there, "tiny", v1_0_0=TINY, v1_0_1=EVIL)
    environ = {**there.environ, "PRATIQUE_CACHE": str(there.cache), "LANG": "C.UTF-8"}
    sides = sbom(tmp_path, new), "--previous", sbom(tmp_path, old, name="old.json")
    ran = warm("audit", *sides, "--online", "--deep", environ=environ)
    assert "Traceback" not in ran.err
    assert ran.status == 1
    assert "as code: 1 release fetched; 1 compared with the one before" in ran.out
    assert "pkg:npm/tiny@1.0.1" in ran.out


def test_a_replay_compares_what_the_cache_has_and_asks_nobody(there: World, tmp_path: Path) -> None:
    old, new = publish(there, "tiny", v1_0_0=TINY, v1_0_1=EVIL)
    first = compared(there, tmp_path, [old], [new])
    asked = len(there.asked)
    sboms = tmp_path / "v2.json", tmp_path / "v1.json"
    wish = Wish(as_of=NOW)
    again = audit.audit(sboms[0], settings(there), previous=sboms[1], online=wish, deep=True)
    assert suspicious(again) == suspicious(first) == [("critical", "tiny")]
    assert len(there.asked) == asked
