"""What the expressions of a workflow reach for: secrets, and text that strangers write.

Spec: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts and, on what strangers write,
https://docs.github.com/en/actions/reference/security/secure-use
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_LONGEST = 21_000
"""GitHub reads no longer expression."""
_INDEX = re.compile(r"\[['\"]([\w-]+)['\"]\]")
_SECRET = re.compile(r"(?<![\w.])secrets\.(\w+)")
_ENV = re.compile(r"(?<![\w.])env\.(\w+)")
_ANSWER = re.compile(r"(?:!|contains\(|startswith\(|endswith\(|hashfiles\()")
_LIST = r"(?:\.\*|\[\d+\]|\.\d+)?"
_HEAD = (
    r"(?:github\.head_ref|github\.event\.pull_request\.head\.(?:ref|label)|github\.event\.workflow_run\.head_branch)"
)
_WRITTEN = re.compile(
    rf"""{_HEAD}\b
    | github\.event\.(?:issue|pull_request|comment|review|review_comment|discussion)\.(?:title|body)\b
    | github\.event\.pull_request\.head\.repo\.(?:default_branch|description|homepage)\b
    | github\.event\.(?:workflow_run\.)?(?:head_commit|commits{_LIST})\.(?:message|author\.(?:name|email))\b
    | github\.event\.workflow_run\.(?:display_title|head_repository\.description|pull_requests{_LIST}\.head\.ref)\b
    | github\.event\.pages{_LIST}\.(?:page_name|title)\b
    | tojson\(github(?:\.event(?:\.(?:issue|pull_request|comment|review|discussion|workflow_run))?)?\)
    """,
    re.VERBOSE,
)
_PROPOSED = re.compile(
    rf"""{_HEAD}\b
    | github\.event\.pull_request\.(?:head\.(?:sha|repo)|merge_commit_sha)\b
    | github\.event\.workflow_run\.(?:head_sha|head_commit|head_repository|pull_requests)\b
    | pull/[^\s/]{{1,200}}/(?:merge|head)\b""",
    re.VERBOSE,
)


def expressions(text: str) -> Iterator[tuple[str, str]]:
    """Each `${{ … }}` as it stands, and without blanks, case and brackets."""
    start = text.find("${{")
    while start >= 0:
        end = text.find("}}", start)
        if end < 0:
            return
        shown = text[start : min(end, start + _LONGEST) + 2]
        yield shown, plain(shown[3:-2])
        start = text.find("${{", end)


def plain(expression: str) -> str:
    """An expression in the one spelling that is looked for: `github.event.issue.title`."""
    return _INDEX.sub(r".\1", "".join(expression.lower().split()))


def secrets(text: str) -> frozenset[str]:
    """Names of the secrets that a text puts in; the token of the run itself is none."""
    found = {name for _, each in expressions(text) for name in _SECRET.findall(each)}
    return frozenset(name.upper() for name in found) - {"GITHUB_TOKEN"}


def written_by_strangers(text: str, env: Mapping[str, str]) -> Iterator[str]:
    """The expressions, as they stand, that put text of strangers where they are; also by way of `env.NAME`.

    The names in `env` are in small letters.
    """
    for shown, each in expressions(text):
        # What says yes or no brings no text.
        if (_ANSWER.match(each) or "==" in each or "!=" in each) and "&&" not in each and "||" not in each:
            continue
        if _WRITTEN.search(each) or any(_WRITTEN.search(value) for value in _named(each, env)):
            yield shown


def proposed_by_strangers(value: str, env: Mapping[str, str]) -> bool:
    """Whether a ref or a repository is that of a pull request's head."""
    shown = plain(value)
    return _PROPOSED.search(shown) is not None or any(_PROPOSED.search(each) for each in _named(shown, env))


def _named(expression: str, env: Mapping[str, str]) -> Iterator[str]:
    yield from (plain(env[name]) for name in set(_ENV.findall(expression)) if name in env)
