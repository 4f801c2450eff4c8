"""`--online`, against a local server that speaks OSV's query API: what is sent, what is not, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli import pratique
from scanner.errors import UsageError
from scanner.model.finding import State
from scanner.model.online import Asked, Wish
from scanner.model.report import Report, Verdict
from scanner.net import Client
from scanner.pipeline.scan import Settings, scan
from tests import factories
from tests.servers import Answer, Question, answering
from tests.support import fill

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def record(id_: str, name: str, ecosystem: str = "npm", **more: Any) -> dict[str, Any]:
    package = {"package": {"ecosystem": ecosystem, "name": name}}
    ranges = {"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "2.0.0"}]}]}
    return {"id": id_, "modified": "2026-11-01T00:00:00Z", "affected": [package | ranges], **more}


class Osv:
    """The service, as its documentation describes it."""

    def __init__(self) -> None:
        self.records = [record("MAL-2026-1", "bad"), record("GHSA-1", "Cased"), record("GHSA-2", "bad"),
                        record("GHSA-3", "serde", "crates.io")]  # fmt: skip
        self.asked: list[Question] = []
        self.page = 1
        """Records of one package in one answer."""
        self.override: dict[str, Answer] = {}

    def __call__(self, asked: Question) -> Answer:
        self.asked.append(asked)
        if asked.path in self.override:
            return self.override[asked.path]
        if asked.path == "/v1/querybatch" and asked.method == "POST":
            return (
                200,
                {},
                json.dumps({"results": [self.result(query) for query in json.loads(asked.body)["queries"]]}).encode(),
            )
        for one in self.records:
            if asked.path == f"/v1/vulns/{one['id']}":
                return 200, {}, json.dumps(one).encode()
        return 404, {}, b'{"code": 5}'

    def result(self, query: dict[str, Any]) -> dict[str, Any]:
        assert set(query) <= {"package", "page_token"}  # no version leaves the machine
        found = [one for one in self.records if query["package"] == one["affected"][0]["package"]]
        begin = int(query.get("page_token", "0"))
        page = [{"id": one["id"], "modified": one["modified"]} for one in found[begin : begin + self.page]]
        more = {"next_page_token": str(begin + self.page)} if begin + self.page < len(found) else {}
        return {"vulns": page, **more} if page else {}

    def names(self) -> list[str]:
        bodies = [json.loads(asked.body) for asked in self.asked if asked.path == "/v1/querybatch"]
        return [query["package"]["name"] for body in bodies for query in body["queries"] if "page_token" not in query]


@pytest.fixture
def osv() -> Osv:
    return Osv()


@pytest.fixture
def url(osv: Osv, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("scanner.feeds.osv_api.Client", lambda: Client(timeout=(1, 1), backoff=0.01))
    with answering(osv) as address:
        yield address


def lock(folder: Path, **entries: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    packages = {f"node_modules/{name}": entry for name, entry in entries.items()}
    text = json.dumps({"name": "x", "lockfileVersion": 3, "packages": {"": {"name": "our-product"}, **packages}})
    (folder / "package-lock.json").write_bytes(fill(text))
    return folder


def registry(name: str, version: str = "1.0.0") -> dict[str, Any]:
    return {"version": version, "resolved": f"https://{{registry}}/{name}/-/{name}-{version}.tgz"}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return lock(
        tmp_path / "target",
        **{
            "bad": registry("bad"),
            "fixed": registry("fixed"),
            "Cased": {"version": "1.0.0"},
            "@corp/secret": {"version": "1.0.0"},
            "corp-tool": {"version": "1.0.0"},
            "linked": {"resolved": "../linked", "link": True},
            "from-git": {"version": "1.0.0", "resolved": "git+ssh://git@example.invalid/x.git#" + "a" * 40},
            "mirrored": {"version": "1.0.0", "resolved": "https://npm.corp.invalid/mirrored/-/mirrored-1.0.0.tgz"},
        },
    )


def scanned(
    target: Path, db: Path, url: str, *internal: str, now: datetime = NOW, told: list[Asked] | None = None
) -> Report:
    heard: list[Asked] = [] if told is None else told
    wish = Wish(url=url, internal=internal, announce=heard.append)
    return scan([target], Settings(intel_directory=db, now=lambda: now, online=wish, environ={}, home=db))


def test_what_it_knows_is_found_and_what_it_fixed_is_not(target: Path, osv: Osv, url: str, db: Path) -> None:
    report = scanned(target, db, url, "@corp/*", "corp-*")
    found = {(finding.component.name, claim.record, claim.feed, finding.state)
             for finding in report.findings if finding.component for claim in finding.claims}  # fmt: skip
    assert found == {
        ("bad", "MAL-2026-1", "online/npm", State.CERTAIN),
        ("bad", "GHSA-2", "online/npm", State.CERTAIN),
        ("Cased", "GHSA-1", "online/npm", State.CERTAIN),
    }
    assert report.verdict is Verdict.COMPROMISED
    lock(target, bad=registry("bad", "2.0.0"))
    later = scanned(target, db, url, now=NOW + timedelta(days=1))
    assert not [finding for finding in later.findings if finding.state is not State.NEAR_MISS]


def test_only_what_a_public_registry_serves_is_named(target: Path, osv: Osv, url: str, db: Path) -> None:
    told: list[Asked] = []
    report = scanned(target, db, url, "@CORP/*", "corp-*", told=told)
    assert sorted(osv.names()) == ["Cased", "bad", "fixed"]
    everything = b"".join(asked.body for asked in osv.asked) + repr(osv.asked).encode()
    for secret in (b"corp", b"secret", b"linked", b"from-git", b"mirrored", b"our-product", b"1.0.0"):
        assert secret not in everything
    # It was said before, and stands in the ledger.
    assert told[0].sent == ("npm/Cased", "npm/bad", "npm/fixed")
    assert report.coverage.online is not None
    assert report.coverage.online.sent == told[0].sent
    assert report.coverage.online.withheld == (
        "npm/@corp/secret", "npm/corp-tool", "npm/from-git", "npm/linked", "npm/mirrored"
    )  # fmt: skip
    # Nobody knows about those that were kept here, unless there is a feed on the disk.
    assert [problem.harmless for problem in report.coverage.problems] == [False]
    factories.knowledge(db, [factories.advisory("MAL-9", "@corp/secret")])
    again = scanned(target, db, url, "@corp/*", "corp-*")
    assert [problem.harmless for problem in again.coverage.problems] == [True]


def test_what_is_kept_once_is_kept_everywhere(target: Path, osv: Osv, url: str, db: Path) -> None:
    (target / "sub").mkdir()
    lock(target / "sub", mirrored={"version": "1.0.0"})
    scanned(target, db, url)
    assert "mirrored" not in osv.names()


def test_a_name_leaves_once_and_not_each_time(target: Path, osv: Osv, url: str, db: Path) -> None:
    first = scanned(target, db, url)
    sent = len(osv.asked)
    second = scanned(target, db, url, now=NOW + timedelta(hours=1))
    assert len(osv.asked) == sent
    assert second.coverage.online is not None
    assert (second.coverage.online.sent, second.coverage.online.known) == ((), 5)
    assert [finding.id for finding in second.findings] == [finding.id for finding in first.findings]
    osv.records[0]["modified"] = "2026-11-30T00:00:00Z"
    scanned(target, db, url, now=NOW + timedelta(days=1))
    fetched = [asked.path for asked in osv.asked[sent:] if asked.method == "GET"]
    assert fetched == ["/v1/vulns/MAL-2026-1"]  # what did not change is kept
    scanned(target, db, url, now=NOW - timedelta(days=1))  # an answer of the future is none
    assert len(osv.names()) == 15


def test_what_was_answered_with_nothing_is_checked(osv: Osv, url: str, db: Path, tmp_path: Path) -> None:
    target = lock(tmp_path / "target", fine=registry("fine"), member={"version": "1.0.0", "resolved": "file:member"})
    report = scanned(target, db, url)
    assert (report.verdict, report.exit_code) == (Verdict.CLEAR, 0)
    assert [feed.name for feed in report.coverage.feeds] == ["pratique/campaigns", "online/npm"]
    # The next scan, without the network, does not take the answers for a feed.
    offline = scan([target], Settings(intel_directory=db, now=lambda: NOW))
    assert offline.verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b""),
        (200, {}, b"<html>"),
        (200, {}, b'{"results": []}'),
        (200, {}, b'{"results": [{"vulns": [{"id": 1}]}, {}, {}, {}, {}]}'),
        (200, {}, b'{"results": [{"next_page_token": "x"}, {}, {}, {}, {}]}'),
        (200, {}, b"[" * 100_000),
        (200, {"Content-Length": "99"}, b"{}"),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
        (404, {}, b""),
        (429, {"Retry-After": "0"}, b""),
        (500, {}, b""),
    ],
)
@pytest.mark.parametrize("path", ["/v1/querybatch", "/v1/vulns/MAL-2026-1"])
def test_a_lying_service_is_a_problem_and_no_more(
    target: Path, osv: Osv, url: str, db: Path, answer: Answer, path: str
) -> None:
    osv.override[path] = answer
    report = scanned(target, db, url)
    assert report.exit_code in (1, 3)
    assert any(not problem.harmless and "kept to ourselves" not in problem.what for problem in report.coverage.problems)
    assert not report.coverage.complete


def test_a_hostile_id_is_not_asked_for(target: Path, osv: Osv, url: str, db: Path) -> None:
    osv.records.append(record("../../admin?x=", "bad"))
    scanned(target, db, url)
    assert {asked.path for asked in osv.asked} == {
        "/v1/querybatch",
        *(f"/v1/vulns/{id_}" for id_ in ("MAL-2026-1", "GHSA-1", "GHSA-2")),
    }


# --- the command --------------------------------------------------------------------------------------------------


def command(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(pratique, ["scan", *arguments], standalone_mode=False, catch_exceptions=False)
    assert isinstance(result.return_value, int), result.output
    return result.return_value, result.stdout, result.stderr


def test_the_command_says_what_leaves_before_it_does(target: Path, osv: Osv, url: str, db: Path) -> None:
    code, out, err = command(
        str(target), "--online", "--online-url", url, "--internal-scope", "@corp/*", "--internal-scope", "corp-*",
        "--intel-dir", str(db), "--format", "json",
    )  # fmt: skip
    assert code == 1
    lines = err.splitlines()
    assert lines[0] == f"Asking {url} about 3 packages, by name without version; 5 are kept here:"
    assert lines[1:4] == ["  npm/Cased", "  npm/bad", "  npm/fixed"]
    assert json.loads(out)["coverage"]["online"]["withheld"][0] == "npm/@corp/secret"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--online", "--offline"),
        ("--online-url", "https://example.invalid"),
        ("--internal-scope", "x"),
        ("--online", "--history", "all"),
    ],
)
def test_wrong_usage(target: Path, db: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        command(str(target), *arguments, "--intel-dir", str(db))


def test_without_the_option_nothing_is_asked(target: Path, osv: Osv, url: str, db: Path) -> None:
    command(str(target), "--intel-dir", str(db))
    assert osv.asked == []
