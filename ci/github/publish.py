"""Bring a report to GitHub: `publish.py comment` and `publish.py sarif`.

comment  the Markdown report, as the one comment that pratique keeps on the pull request. A change that is fine gets
         none, unless an earlier report stands there and has to be taken back.
sarif    the SARIF file, to code scanning.

What the token may not do is a notice, not a failure: the gate is the scan's, and a fork's pull request has no rights.

API: GitHub REST documentation, "Issue comments" and "Code scanning: upload an analysis as SARIF data"
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_TIMEOUT = 30
_MOST_PAGES = 30
_LONGEST_ANSWER = 64 << 20
_LONGEST_COMMENT = 65_536
"""Characters that GitHub takes."""


class Api:
    """GitHub's REST interface, as one token sees one repository."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._root = environ["GITHUB_API_URL"].rstrip("/")
        self._token = environ["PRATIQUE_TOKEN"]
        self.repository = f"/repos/{environ['GITHUB_REPOSITORY']}"

    def __call__(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310  # the runner's own address
            self._root + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Accept": "application/vnd.github+json",
                "Content-Type": "application/json",
                "User-Agent": "pratique",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        with _OPENER.open(request, timeout=_TIMEOUT) as answer:
            return json.loads(answer.read(_LONGEST_ANSWER) or b"null")


class _Stay(urllib.request.HTTPRedirectHandler):
    """The token goes to the address that was given and nowhere else."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def comment(environ: Mapping[str, str]) -> str:
    """Write the report where its readers are. Gives back what was done."""
    api = Api(environ)
    number = environ["PRATIQUE_NUMBER"]
    if not re.fullmatch(r"[0-9]+", number):
        return "no pull request: no comment"
    # Two jobs that scan two folders keep two comments.
    target = hashlib.sha256(environ.get("PRATIQUE_PATH", ".").encode()).hexdigest()[:12]
    marker = f"<!-- pratique {target} -->\n"
    text = marker + Path(environ["PRATIQUE_MARKDOWN"]).read_text(encoding="utf-8")
    if len(text) > _LONGEST_COMMENT:
        text = text[: _LONGEST_COMMENT - 200].rpartition("\n")[0] + "\n\nThe rest stands in the summary of the job.\n"
    mine = _mine(api)
    for old in _comments(api, number):
        if str(old.get("body", "")).replace("\r\n", "\n").startswith(marker) and mine(old.get("user") or {}):
            api("PATCH", f"{api.repository}/issues/comments/{int(old['id'])}", {"body": text})
            return "the comment is up to date"
    if environ["PRATIQUE_STATUS"] == "0":
        return "nothing to tell: no comment"
    api("POST", f"{api.repository}/issues/{number}/comments", {"body": text})
    return "commented"


def _mine(api: Api) -> Any:
    """Whether a comment's author is us: anybody may begin a comment with our marker."""
    try:
        login = api("GET", "/user")["login"]
    except urllib.error.HTTPError:
        # The token of a workflow or of an app is no user's; what it writes is a bot's.
        return lambda user: user.get("type") == "Bot"
    return lambda user: user.get("login") == login


def _comments(api: Api, number: str) -> Iterator[Mapping[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        found = api("GET", f"{api.repository}/issues/{number}/comments?per_page=100&page={page}")
        yield from found
        if len(found) < 100:
            return


def sarif(environ: Mapping[str, str]) -> str:
    """Upload the findings for the commit that the workflow runs on. Gives back what was done."""
    data = gzip.compress(Path(environ["PRATIQUE_SARIF"]).read_bytes(), mtime=0)
    body = {
        "commit_sha": environ["GITHUB_SHA"],
        "ref": environ["GITHUB_REF"],
        "sarif": base64.b64encode(data).decode(),
        "tool_name": "pratique",
    }
    api = Api(environ)
    api("POST", f"{api.repository}/code-scanning/sarifs", body)
    return "the findings are on their way to code scanning"


_RIGHTS = {"comment": "pull-requests: write", "sarif": "security-events: write"}


def main(what: str, environ: Mapping[str, str]) -> int:
    try:
        done = {"comment": comment, "sarif": sarif}[what](environ)
    except urllib.error.HTTPError as error:
        if error.code not in (401, 403, 404):
            sys.stdout.write(f"::warning::pratique: {what}: GitHub answered {error.code}\n")
            return 0
        sys.stdout.write(
            f"::notice::pratique: {what}: the token may not ({error.code}): permissions: {_RIGHTS[what]}\n"
        )
        return 0
    except (OSError, ValueError) as error:  # no answer, or one that is no JSON
        sys.stdout.write(f"::warning::pratique: {what}: GitHub could not be reached: {type(error).__name__}\n")
        return 0
    sys.stdout.write(f"pratique: {done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], os.environ))
