"""What was met in a file becomes one finding a campaign, as sure as it deserves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from scanner.matching.files.names import Names
from scanner.model.campaign import Actor, Campaign, IndicatorType
from scanner.model.finding import FindingClass, Severity, State
from tests.factories import campaign, indicator
from tests.matching.files.build import findings

DOMAIN = indicator(IndicatorType.DOMAIN, "evil.invalid")
WEAK = indicator(IndicatorType.STRING, "addToQueue", alone=False)
WEAK_HOST = indicator(IndicatorType.DOMAIN, "tenant.invalid", alone=False)


def one_each(*names: str, actor: str | None = None) -> tuple[Campaign, ...]:
    """Campaigns with one domain each."""
    who = None if actor is None else Actor(id=actor, name=actor, nation="unknown")
    return tuple(
        campaign(
            indicator(IndicatorType.DOMAIN, f"{name}.invalid", campaign=name), id=name, name=name.upper(), actor=who
        )
        for name in names
    )


MENTIONS = b"one.invalid two.invalid three.invalid four.invalid"
FOUR = one_each("one", "two", "three", "four")


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_a_known_file_is_certain_under_any_name(tmp_path: Path, algorithm: str) -> None:
    data = b"not really malware\n"
    digest = f"{algorithm}:{hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()}"
    bad = indicator(IndicatorType.DIGEST, digest, algorithm=algorithm)
    (found,) = findings(tmp_path, {"docs/README.md": data, "other": data + b"x"}, bad)
    assert (found.state, found.component) == (State.CERTAIN, None)
    assert found.evidence[0].location.path == "docs/README.md"
    assert found.evidence[0].value == digest


def test_large_files_are_digested_in_pieces(tmp_path: Path) -> None:
    data = b"0123456789abcdef" * 200_000
    bad = indicator(IndicatorType.DIGEST, f"sha256:{hashlib.sha256(data).hexdigest()}")
    (found,) = findings(tmp_path, {"a.bin": data, "b.bin": data[1:]}, bad)
    assert found.evidence[0].location.path == "a.bin"


def test_several_signs_of_one_campaign_are_one_finding(tmp_path: Path) -> None:
    ip = indicator(IndicatorType.IP, "23.27.20.143")
    (found,) = findings(tmp_path, {"a.js": b"x\nevil.invalid\n23.27.20.143\naddToQueue()"}, DOMAIN, ip, WEAK)
    assert found.state is State.CERTAIN
    assert {(one.value, one.location.line) for one in found.evidence} == {
        ("evil.invalid", 2), ("23.27.20.143", 3), ("addToQueue", 4),
    }  # fmt: skip
    assert "a weak sign of the same campaign stands in it as well" in found.reason


def test_campaigns_that_share_the_indicator_are_named_in_one_finding(tmp_path: Path) -> None:
    shared = [
        campaign(indicator(IndicatorType.DOMAIN, "evil.invalid", campaign=name), id=name, name=name)
        for name in ("first", "second")
    ]
    (found,) = findings(tmp_path, {"a.js": b"evil.invalid"}, campaigns=tuple(shared))
    assert found.campaign is not None
    assert found.campaign.id == "first"
    assert "the same is known from second" in found.reason
    assert {claim.record for claim in found.claims} == {"first", "second"}


@pytest.mark.parametrize(
    ("path", "state"),
    [("a.min.js", State.CERTAIN), ("config.json", State.CERTAIN), ("index.html", State.CERTAIN),
     ("a.exe", State.CERTAIN), ("README.md", State.POSSIBLE), ("CHANGELOG", State.POSSIBLE),
     ("docs/a.rst", State.POSSIBLE),
     ("changelog.gz", State.POSSIBLE), ("readme.js", State.CERTAIN)],
)  # fmt: skip
def test_what_only_people_read_is_possible(tmp_path: Path, path: str, state: State) -> None:
    (found,) = findings(tmp_path, {path: b"see evil.invalid"}, DOMAIN)
    assert found.state is state


@pytest.mark.parametrize(("path", "state"), [("NEWS.md", State.NEAR_MISS), ("a.js", State.CERTAIN)])
def test_whoever_writes_about_a_campaign_writes_its_name(tmp_path: Path, path: str, state: State) -> None:
    named = campaign(indicator(IndicatorType.STRING, "WORM_MODE"), name="WORM_MODE npm worm")
    (found,) = findings(tmp_path, {path: b"about WORM_MODE"}, campaigns=(named,))
    assert found.state is state


def test_a_harmless_spelling_is_near(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, {"a.js": b"// evil[.]invalid"}, DOMAIN)
    assert found.state is State.NEAR_MISS
    assert "does not work" in found.reason


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("package.json", {"author": {"name": "x", "email": "Mallory@mail.invalid"}}, State.CERTAIN),
        ("package.json", {"author": "x <mallory@mail.invalid> (https://x.invalid)"}, State.CERTAIN),
        ("package.json", {"maintainers": [{"name": "mallory", "email": "x@y.invalid"}]}, State.CERTAIN),
        ("package.json", {"_npmUser": {"name": "Mallory"}}, State.CERTAIN),
        ("package.json", {"author": "mallory"}, None),
        ("package.json", {"description": "ask mallory@mail.invalid"}, State.POSSIBLE),
        ("other.json", {"author": {"email": "mallory@mail.invalid"}}, State.POSSIBLE),
        ("other.json", {"maintainers": [{"name": "mallory"}]}, None),
    ],
)
def test_people_in_package_metadata(tmp_path: Path, path: str, text: object, state: State | None) -> None:
    email = indicator(IndicatorType.EMAIL, "mallory@mail.invalid")
    account = indicator(IndicatorType.ACCOUNT, "npm:mallory")
    found = findings(tmp_path, {path: json.dumps(text).encode()}, email, account)
    assert [one.state for one in found] == ([] if state is None else [state])


@pytest.mark.parametrize(
    "header", ["Author-email: A <mallory@mail.invalid>", "Maintainer-Email: mallory@mail.invalid, b@c.d"]
)
def test_people_in_python_metadata(tmp_path: Path, header: str) -> None:
    email = indicator(IndicatorType.EMAIL, "mallory@mail.invalid")
    text = f"Metadata-Version: 2.1\nName: x\n{header}\n\nDescription\n".encode()
    (found,) = findings(tmp_path, {"x-1.dist-info/METADATA": text}, email)
    assert (found.state, found.evidence[0].location.line) == (State.CERTAIN, 3)


@pytest.mark.parametrize(
    ("key", "path", "hit"),
    [
        ("setup_bun.js", "setup_bun.js", True), ("setup_bun.js", "node_modules/a/Setup_Bun.js", True),
        ("setup_bun.js", "a.tgz!/package/setup_bun.js", True), ("setup_bun.js", "my_setup_bun.js", False),
        ("setup_bun.js", "setup_bun.js.map", False),
        (".github/workflows/evil.yml", ".github/workflows/evil.yml", True),
        (".github/workflows/evil.yml", "sub/.github/workflows/evil.yml", True),
        (".github/workflows/evil.yml", "workflows/evil.yml", False), (".github/workflows/evil.yml", "evil.yml", False),
        (".pkg_logs", ".pkg_logs/today", True), ("m4\\build-to-host.m4", "xz/m4/build-to-host.m4", True),
        ("/tmp/ld.py", "tmp/ld.py", False), ("%appdata%\\log.dll", "log.dll", False),
        ("C:\\x\\a.exe", "x/a.exe", False),
        ("~/.evil", ".evil", False),
    ],
)  # fmt: skip
def test_names(key: str, path: str, hit: bool) -> None:
    assert list(Names([key]).match(path)) == ([key] if hit else [])


def test_a_folder_is_met_once() -> None:
    names = Names([".pkg_logs"])
    assert [len(list(names.match(path))) for path in ("a/.pkg_logs/1", "a/.pkg_logs/2", "b/.pkg_logs/1")] == [1, 0, 1]


def test_a_name_with_its_folder_is_certain_a_bare_one_possible(tmp_path: Path) -> None:
    workflow = indicator(IndicatorType.PATH, ".github/workflows/evil-workflow.yml")
    script = indicator(IndicatorType.PATH, "setup_evil.js")
    found = findings(
        tmp_path, {".github/workflows/evil-workflow.yml": b"on: push", "setup_evil.js": b"1"}, workflow, script
    )
    assert [one.state for one in found] == [State.CERTAIN, State.POSSIBLE]


def test_a_weak_sign_alone_says_nothing(tmp_path: Path) -> None:
    assert findings(tmp_path, {"a.js": b"addToQueue()", "b.js": b"x.tenant.invalid"}, WEAK, WEAK_HOST) == []


def test_two_weak_signs_in_one_file_are_near(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, {"a.js": b"addToQueue('x.tenant.invalid')", "b.js": b"addToQueue"}, WEAK, WEAK_HOST)
    assert found.state is State.NEAR_MISS
    assert "proves nothing by itself" in found.reason
    assert {one.location.path for one in found.evidence} == {"a.js"}


def test_weak_signs_strengthen_another_finding_of_the_campaign(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, {"README.md": b"evil.invalid", "lib/b.js": b"addToQueue"}, DOMAIN, WEAK)
    assert (found.state, found.severity) == (State.POSSIBLE, Severity.CRITICAL)
    assert "strengthened by a weak sign of the same campaign in lib/b.js" in found.reason
    assert found.evidence[-1].value == "addToQueue"


def test_a_list_of_indicators_is_told_once_and_near(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, {"iocs.csv": MENTIONS}, campaigns=FOUR)
    assert found.state is State.NEAR_MISS
    assert found.campaign is None
    assert "an indicator list: it names 4 campaigns" in found.reason


@pytest.mark.parametrize("path", ["payload.js", "a.py", "run", "lib.so"])
def test_a_program_is_not_let_off_for_naming_many_campaigns(tmp_path: Path, path: str) -> None:
    (found,) = findings(tmp_path, {path: MENTIONS}, campaigns=FOUR)
    assert found.state is State.POSSIBLE
    assert "disguise" in found.reason


def test_settings_that_run_something_are_no_list(tmp_path: Path) -> None:
    command = {"command": MENTIONS.decode(), "runOptions": {"runOn": "folderOpen"}}
    text = json.dumps({"tasks": [command]}).encode()
    found = findings(tmp_path, {".vscode/tasks.json": text}, campaigns=FOUR)
    assert {one.state for one in found} == {State.CERTAIN}


def test_a_digest_is_not_hidden_by_a_list(tmp_path: Path) -> None:
    digest = indicator(IndicatorType.DIGEST, f"sha256:{hashlib.sha256(MENTIONS).hexdigest()}", campaign="one")
    first = campaign(*FOUR[0].indicators, digest, id="one", name="ONE")
    found = findings(tmp_path, {"iocs.csv": MENTIONS}, campaigns=(first, *FOUR[1:]))
    assert sorted(one.state for one in found) == [State.CERTAIN, State.NEAR_MISS]


def test_three_campaigns_or_many_of_one_actor_are_no_list(tmp_path: Path) -> None:
    found = findings(tmp_path, {"a.json": MENTIONS}, campaigns=FOUR[:3])
    assert [one.state for one in found] == [State.CERTAIN] * 3
    found = findings(tmp_path, {"a.json": MENTIONS}, campaigns=one_each("one", "two", "three", "four", actor="x"))
    assert [one.state for one in found] == [State.CERTAIN] * 4


def test_a_text_with_a_bad_digest_in_it_tells_of_it(tmp_path: Path) -> None:
    digest = indicator(IndicatorType.DIGEST, f"sha256:{'ab' * 31}cd")
    (found,) = findings(tmp_path, {"notes.yaml": f"evil.invalid\n{'ab' * 31}cd\n".encode()}, DOMAIN, digest)
    assert found.state is State.NEAR_MISS
    assert findings(tmp_path, {"sums.txt": f"{'ab' * 31}cd  file\n".encode()}, DOMAIN, digest) == []


@pytest.mark.parametrize(
    "text",
    [
        b'[[reference]]\nid = "a"\n[indicators]\ndomains = [{ value = "evil.invalid" }]\n',
        b'{"type": "bundle", "objects": [{"type": "indicator", "pattern": "[domain-name:value = \'evil.invalid\']"}]}',
        b'{"Event": {"Attribute": [{"category": "x", "value": "evil.invalid"}]}}',
        b'{"id": "X", "modified": "2026", "affected": [], "details": "evil.invalid"}',
        b'rule x {\n strings:\n $a = "evil.invalid"\n condition:\n $a\n}\n',
        b'alert dns any any -> any any (msg:"x"; content:"evil.invalid"; sid:1;)\n',
    ],
)
@pytest.mark.parametrize(("path", "state"), [("x.json", State.NEAR_MISS), ("x.py", State.CERTAIN)])
def test_published_forms_are_known(tmp_path: Path, text: bytes, path: str, state: State) -> None:
    (found,) = findings(tmp_path, {path: text}, DOMAIN)
    assert found.state is state


def test_the_same_files_give_the_same_findings(tmp_path: Path) -> None:
    files = {"a.js": b"evil.invalid addToQueue", "b.js": b"evil.invalid", ".envrc": b"x"}
    one = findings(tmp_path / "1", files, DOMAIN, WEAK)
    other = findings(tmp_path / "2", dict(reversed(files.items())), DOMAIN, WEAK)
    assert {found.id for found in one} == {found.id for found in other}
    assert len({found.id for found in one}) == 3
    assert [found.class_ for found in one].count(FindingClass.HYGIENE) == 1
