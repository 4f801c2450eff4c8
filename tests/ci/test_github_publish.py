"""The report on a pull request and in code scanning, against a server that answers as GitHub's does."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.ci.conftest import BAD, BETTER
from tests.ci.runner import Job, Runner
from tests.ci.test_github_action import change
from tests.targets.repositories import Git

BOT = {"login": "github-actions[bot]", "type": "Bot"}


class GitHub:
    """One pull request's comments, and what was uploaded."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.uploaded: list[dict[str, Any]] = []
        self.allowed = True
        self.me: str | None = None
        self.tokens: set[str | None] = set()

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
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"null")
            status, answer = state.answer(self.command, url.path, parse_qs(url.query), body)
            data = json.dumps(answer).encode()
            self.send_response(status)
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
def go(tmp_path: Path, git: Git, intel: Path, github: tuple[GitHub, str]) -> Any:
    runner = Runner(tmp_path, git.root, intel)

    def go(text: str, url: str = github[1], **inputs: Any) -> Job:
        git("checkout", "--quiet", "main")
        payload = change(git, text, f"change{git.time}")
        environ = {
            "GITHUB_API_URL": url,
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_SHA": git("rev-parse", "HEAD"),
            "GITHUB_REF": "refs/pull/7/merge",
        }
        return runner("pull_request", payload, environ=environ, **inputs)

    return go


def test_one_comment_is_kept_up_to_date(go: Any, github: tuple[GitHub, str]) -> None:
    state = github[0]
    for number in range(150):
        state.add(f"talk {number}")
    assert go(BAD, comment="true").status == 1
    assert "evil" in state.comments[150]["body"]
    # The change is mended: what was said is taken back in the same place, and the build is green.
    assert go(BETTER, comment="true").status == 0
    assert len(state.comments) == 151
    assert "evil" not in state.comments[150]["body"]
    assert state.tokens == {"Bearer t0ken"}


def test_a_change_that_is_fine_gets_no_comment(go: Any, github: tuple[GitHub, str]) -> None:
    assert go(BETTER, comment="true").status == 0
    assert github[0].comments == []


@pytest.mark.parametrize("me", [None, "ada"])
def test_a_comment_of_somebody_else_is_left_alone(go: Any, github: tuple[GitHub, str], me: str | None) -> None:
    state = github[0]
    state.me = me
    go(BAD, comment="true")
    (ours,) = state.comments
    ours["user"] = {"login": "mallory", "type": "User"}
    ours["body"] = forged = ours["body"].partition("\n")[0] + "\nall is well"
    go(BAD, comment="true")
    assert len(state.comments) == 2
    assert state.comments[0]["body"] == forged


def test_two_folders_keep_two_comments(go: Any, github: tuple[GitHub, str]) -> None:
    go(BAD, comment="true")
    go(BAD, comment="true", path="./")
    assert len(github[0].comments) == 2


def test_findings_go_to_code_scanning(go: Any, github: tuple[GitHub, str]) -> None:
    job = go(BAD, sarif="true")
    (body,) = github[0].uploaded
    assert gzip.decompress(base64.b64decode(body["sarif"])) == Path(job.scan["sarif"]).read_bytes()
    assert body["ref"] == "refs/pull/7/merge"
    assert len(body["commit_sha"]) == 40


@pytest.mark.parametrize(("text", "status"), [(BAD, 1), (BETTER, 0)])
def test_a_token_without_rights_changes_no_verdict(go: Any, github: tuple[GitHub, str], text: str, status: int) -> None:
    github[0].allowed = False
    job = go(text, comment="true", sarif="true")
    assert job.status == status
    assert "permissions: security-events: write" in job.log


def test_a_server_that_is_not_there_changes_no_verdict(go: Any) -> None:
    job = go(BAD, url="http://127.0.0.1:9", comment="true", sarif="true")
    assert job.status == 1
    assert job.log.count("could not be reached") == 2
