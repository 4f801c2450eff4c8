"""The report on a pull request and in code scanning, against a server that answers as GitHub's does."""

from __future__ import annotations

import base64
import gzip
import json
import re
import runpy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.ci.conftest import BAD
from tests.ci.runner import Runner
from tests.ci.test_github_action import change
from tests.conftest import ROOT
from tests.targets.repositories import Git

publish = runpy.run_path(str(ROOT / "ci" / "github" / "publish.py"))

BOT = {"login": "github-actions[bot]", "type": "Bot"}


class GitHub:
    """One pull request's comments, and what was uploaded."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.uploaded: list[dict[str, Any]] = []
        self.allowed = True
        self.me: str | None = None
        self.tokens: set[str | None] = set()
        self.paths: list[str] = []
        self.elsewhere: str | None = None

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if path == "/user":
            return (200, {"login": self.me}) if self.me else (403, {})
        if method != "GET" and not self.allowed:
            return 403, {"message": "Resource not accessible by integration"}
        if path == "/repos/o/r/issues/7/comments" and method == "GET":
            first = (int(query["page"][0]) - 1) * 100
            return 200, self.comments[first : first + 100]
        if path == "/repos/o/r/issues/7/comments":
            self.add(body["body"])
            return 201, {}
        if path.startswith("/repos/o/r/issues/comments/") and method == "PATCH":
            self.comments[int(path.rpartition("/")[2])]["body"] = body["body"]
            return 200, {}
        if path == "/repos/o/r/code-scanning/sarifs":
            self.uploaded.append(body)
            return 202, {}
        return 404, {}

    def add(self, text: str, user: dict[str, str] = BOT) -> None:
        self.comments.append({"id": len(self.comments), "body": text, "user": user})


@pytest.fixture
def github() -> Iterator[tuple[GitHub, str]]:
    state = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            url = urlsplit(self.path)
            state.tokens.add(self.headers["Authorization"])
            state.paths.append(url.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"null")
            status, answer = state.answer(self.command, url.path, parse_qs(url.query), body)
            data = json.dumps(answer).encode()
            self.send_response(302 if state.elsewhere else status)
            if state.elsewhere:
                self.send_header("Location", state.elsewhere)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _handle  # noqa: N815  # http.server's names

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield state, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def go(tmp_path: Path, github: tuple[GitHub, str], capsys: pytest.CaptureFixture[str]) -> Any:
    """`publish.py`, after a scan that ended with this status and said this."""

    def go(what: str, status: int, text: str = "evil", *, url: str = github[1], folder: str = ".") -> str:
        (tmp_path / "report").write_text(text)
        environ = {
            "GITHUB_API_URL": url,
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_SHA": "a" * 40,
            "GITHUB_REF": "refs/pull/7/merge",
            "PRATIQUE_TOKEN": "t0ken",
            "PRATIQUE_NUMBER": "7",
            "PRATIQUE_STATUS": str(status),
            "PRATIQUE_PATH": folder,
            "PRATIQUE_MARKDOWN": str(tmp_path / "report"),
            "PRATIQUE_SARIF": str(tmp_path / "report"),
        }
        assert publish["main"](what, environ) == 0
        return capsys.readouterr().out

    return go


def test_the_steps_hand_on_what_publishing_needs(
    tmp_path: Path, git: Git, intel: Path, github: tuple[GitHub, str]
) -> None:
    state, url = github
    environ = {"GITHUB_API_URL": url, "GITHUB_REPOSITORY": "o/r", "GITHUB_REF": "refs/pull/7/merge"}
    environ["GITHUB_SHA"] = "a" * 40
    payload = change(git, BAD)
    job = Runner(tmp_path, git.root, intel)("pull_request", payload, environ=environ, comment="true", sarif="true")
    assert (job.status, job.ran) == (1, ["Scan", "Comment", "Upload to code scanning", "Verdict"])
    assert "evil" in state.comments[0]["body"]
    assert gzip.decompress(base64.b64decode(state.uploaded[0]["sarif"])) == Path(job.scan["sarif"]).read_bytes()
    assert state.tokens == {"Bearer t0ken"}


def test_one_comment_is_kept_up_to_date(go: Any, github: tuple[GitHub, str]) -> None:
    state = github[0]
    for number in range(150):
        state.add(f"talk {number}")
    go("comment", 1)
    assert "evil" in state.comments[150]["body"]
    # The change is mended: what was said is taken back in the same place.
    go("comment", 0, "all is well")
    assert len(state.comments) == 151
    assert "evil" not in state.comments[150]["body"]


def test_a_change_that_is_fine_gets_no_comment(go: Any, github: tuple[GitHub, str]) -> None:
    go("comment", 0)
    assert github[0].comments == []


@pytest.mark.parametrize("me", [None, "ada"])
def test_a_comment_of_somebody_else_is_left_alone(go: Any, github: tuple[GitHub, str], me: str | None) -> None:
    state = github[0]
    state.me = me
    go("comment", 1)
    (ours,) = state.comments
    ours["user"] = {"login": "mallory", "type": "User"}
    ours["body"] = forged = ours["body"].partition("\n")[0] + "\nall is well"
    go("comment", 1)
    assert len(state.comments) == 2
    assert state.comments[0]["body"] == forged


def test_two_folders_keep_two_comments(go: Any, github: tuple[GitHub, str]) -> None:
    for folder in ("a", "b", "a"):
        go("comment", 1, folder=folder)
    assert len(github[0].comments) == 2


def test_a_long_report_is_cut_where_github_would_refuse_it(go: Any, github: tuple[GitHub, str]) -> None:
    go("comment", 1, "a line\n" * 20_000)
    (comment,) = github[0].comments
    assert 60_000 < len(comment["body"]) <= 65_536
    assert comment["body"].endswith("summary of the job.\n")


def test_findings_go_to_code_scanning(go: Any, github: tuple[GitHub, str]) -> None:
    go("sarif", 1, "{}")
    (body,) = github[0].uploaded
    assert gzip.decompress(base64.b64decode(body["sarif"])) == b"{}"
    assert (body["commit_sha"], body["ref"]) == ("a" * 40, "refs/pull/7/merge")


@pytest.mark.parametrize("what", ["comment", "sarif"])
def test_a_token_without_rights_is_a_notice(go: Any, github: tuple[GitHub, str], what: str) -> None:
    github[0].allowed = False
    assert re.match(r"::notice::pratique: \w+: the token may not \(403\): permissions: [a-z-]+: write\n", go(what, 1))


@pytest.mark.parametrize("what", ["comment", "sarif"])
def test_a_server_that_is_not_there_is_a_warning(go: Any, what: str) -> None:
    assert "could not be reached" in go(what, 1, url="http://127.0.0.1:9")


def test_the_token_is_not_sent_along_a_redirect(go: Any, github: tuple[GitHub, str]) -> None:
    github[0].elsewhere = github[1] + "/stolen"
    assert "GitHub answered 302" in go("sarif", 1)
    assert github[0].paths == ["/repos/o/r/code-scanning/sarifs"]
