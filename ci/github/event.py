"""Say what a GitHub event asks to compare: lines `name=value` for the shell, from the payload in GITHUB_EVENT_PATH.

Only ids of commits, numbers and yes or no leave this file: names of branches are an attacker's words, and the one that
is needed (a repository's default branch) is handed on only where git itself would take it for a branch.

Payloads: GitHub documentation, "Webhook events and payloads"
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}")


def told(event: str, payload: Any) -> dict[str, str]:
    """What the shell needs to know.

    `base`: a commit, or "" for no comparison; `head`: the pull request's own last commit; `default`: a branch to
    compare with where a push has no base; `number`: of the pull request; `trusted`: "true" unless somebody else's
    repository sent it.
    """
    if event in ("pull_request", "pull_request_target"):
        request = _table(payload, "pull_request")
        base, head = _table(request, "base"), _table(request, "head")
        # The head's repository is null when the fork was deleted meanwhile.
        same = _table(base, "repo").get("id") == (head.get("repo") or {}).get("id") is not None
        number = request.get("number")
        return {
            "base": _id(base.get("sha"), "pull_request.base.sha"),
            "head": _id(head.get("sha"), "pull_request.head.sha"),
            "number": str(number) if isinstance(number, int) else "",
            "trusted": "true" if same else "false",
        }
    if event == "merge_group":
        return {"base": _id(_table(payload, "merge_group").get("base_sha"), "merge_group.base_sha"), "trusted": "true"}
    if event == "push":
        before = _id(payload.get("before"), "before")
        if before.strip("0"):
            return {"base": before, "trusted": "true"}
        branch = str(_table(payload, "repository").get("default_branch"))
        new = _BRANCH.fullmatch(branch) and payload.get("ref") != f"refs/heads/{branch}"
        return {"base": "", "default": branch if new else "", "trusted": "true"}
    return {"base": "", "trusted": "true"}


def _table(value: Any, key: str) -> dict[str, Any]:
    inner = value.get(key) if isinstance(value, dict) else None
    if not isinstance(inner, dict):
        raise SystemExit(f"pratique: the event's payload has no {key}")
    return inner


def _id(value: Any, where: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise SystemExit(f"pratique: {where} of the event's payload is no commit")
    return value


if __name__ == "__main__":
    with Path(os.environ["GITHUB_EVENT_PATH"]).open(encoding="utf-8") as file:
        for name, value in told(os.environ.get("GITHUB_EVENT_NAME", ""), json.load(file)).items():
            sys.stdout.write(f"{name}={value}\n")
