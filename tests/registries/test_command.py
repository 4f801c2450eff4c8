"""`pratique diff` of purls: the real command, against a registry on this machine and, when asked, the real ones."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from scanner.errors import InputError
from scanner.pipeline.releases import spelled
from tests.cli.conftest import command
from tests.conftest import ROOT
from tests.registries.world import World, sha, tgz
from tests.warm import Warm


def publish(there: World) -> dict[str, str]:
    """Two versions, the second with a new install hook; gives the environment of the person."""
    there.configure(".npmrc", "registry={url}/\n")
    versions = {}
    for version, scripts in (("1.0.0", {}), ("1.0.1", {"preinstall": "node setup.js"})):
        manifest = json.dumps({"name": "a", "version": version, "scripts": scripts}).encode()
        data = tgz({"package/package.json": manifest, "package/setup.js": b"1\n"})
        there.files[f"/a/-/a-{version}.tgz"] = data
        versions[version] = {
            "dist": {"tarball": f"{there.url}/a/-/a-{version}.tgz", "integrity": f"sha256-{sha('sha256', data)}"}
        }
    there.json("/a", {"versions": versions})
    # Rules are not what is tested here, and they take seconds.
    return {**there.environ, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PRATIQUE_CACHE": str(there.cache),
            "PRATIQUE_SEMGREP": "/nowhere"}  # fmt: skip


OLD, NEW = "pkg:npm/a@1.0.0", "pkg:npm/a@1.0.1"


def test_two_purls_are_compared_and_it_is_said_who_was_asked(there: World, warm: Warm) -> None:
    environ = publish(there)
    first = warm("diff", OLD, NEW, "--format", "json", environ=environ)
    report = json.loads(first.out)
    assert report["target"] == {"path": NEW, "base": OLD}
    assert any("preinstall" in json.dumps(finding) for finding in report["findings"])
    assert f"asking {there.url}/a" in first.err
    assert f"fetching {there.url}/a/-/a-1.0.0.tgz" in first.err
    assert f"{OLD}: sha256 published by 127.0.0.1" in first.err
    asked = len(there.asked)
    again = warm("diff", OLD, NEW, "--offline", "--format", "json", environ=environ)
    assert again.status == first.status
    assert json.loads(again.out)["findings"] == report["findings"]
    assert "fetching" not in again.err
    assert len(there.asked) == asked


def test_without_network_a_folder_of_ones_own_will_do(there: World, tmp_path: Path, warm: Warm) -> None:
    environ = publish(there)
    folder = tmp_path / "mine"
    folder.mkdir()
    for version in ("1.0.0", "1.0.1"):
        (folder / f"a-{version}.tgz").write_bytes(there.files[f"/a/-/a-{version}.tgz"])
    ran = warm("diff", OLD, NEW, "--offline", "--pristine", folder, "--format", "json", environ=environ)
    assert json.loads(ran.out)["findings"]
    assert f"named so in --pristine: {folder}/a-1.0.0.tgz" in ran.err
    assert there.asked == []


def test_what_a_digest_proves_goes_before_a_name(there: World, tmp_path: Path) -> None:
    publish(there)
    (tmp_path / "a-1.0.0.tgz").write_bytes(tgz({"package/evil.js": b"1\n"}))
    with there.releases() as releases:
        releases.side(OLD, [])
    with there.releases(tmp_path, online=False) as releases:
        assert "sha256 published" in releases.side(OLD, []).proof
        with pytest.raises(InputError):
            releases.side(NEW, [])


def test_without_network_and_folder_it_is_said_what_to_do(there: World, warm: Warm) -> None:
    ran = warm("diff", OLD, NEW, "--offline", environ=publish(there))
    assert (ran.status, ran.out) == (3, "")
    assert "--pristine FOLDER" in ran.err
    assert there.asked == []


def test_the_http_client_is_imported_only_to_ask(there: World, tmp_path: Path) -> None:
    environ = publish(there)
    probe = (
        "import sys\nfrom scanner.cli import main\ntry:\n    main()\nfinally:\n"
        "    print('requests' in sys.modules, file=sys.stderr)\n"
    )
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "new/a.txt").write_text("1\n")
    for sides, expected in (((tmp_path / "old", tmp_path / "new"), "False"), ((OLD, "/nowhere/x"), "True")):
        line = [command()[0], "-c", probe, "diff", *map(str, sides)]
        ended = subprocess.run(line, capture_output=True, env=environ, cwd=ROOT, text=True)
        assert ended.stderr.rstrip().rpartition("\n")[2] == expected
        assert there.cache.exists() == (expected == "True")


@pytest.mark.network
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pkg:npm/axios@1.13.1", "pkg:npm/axios@1.13.2"),
        ("pkg:npm/%40babel/parser@7.28.3", "pkg:npm/@babel/parser@7.28.4"),
        ("pkg:pypi/requests@2.32.2", "pkg:pypi/requests@2.32.3"),
    ],
)
def test_the_real_registries(tmp_path: Path, old: str, new: str, warm: Warm) -> None:
    environ = {**os.environ, "PRATIQUE_CACHE": str(tmp_path), "PRATIQUE_SEMGREP": "/nowhere"}
    first = warm("diff", old, new, "--format", "json", environ=environ)
    report = json.loads(first.out)
    assert report["target"]["base"] == str(spelled(old))
    assert first.err.count("fetching") == 2
    again = warm("diff", old, new, "--format", "json", environ=environ)
    assert "fetching" not in again.err
    assert json.loads(again.out)["findings"] == report["findings"]
