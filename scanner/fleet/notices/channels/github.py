"""GitHub: one issue for each incident and team, updates as its comments. It is closed by people.

Spec: https://docs.github.com/en/rest/issues; GitHub Enterprise answers under `https://HOST/api/v3`.

What strangers wrote stands in code or is taken apart (`scanner.markdown_text`): nobody is mentioned, nothing is linked.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from scanner import net
from scanner.errors import EngineError
from scanner.fleet.notices import posting, wording
from scanner.fleet.notices.posting import How, Reach, short
from scanner.fleet.notices.settings import Secret, Table
from scanner.fleet.notices.values import Message, Sent
from scanner.markdown_text import code, paragraph, prose
from scanner.outgoing import Sender

TYPE = "github"
FOLDS = False
"""An incident has its issue, however many there are at once."""
_TITLE, _BODY = 250, 65_536
_LINE = 500
_PAGES = 5
_LARGEST = 16_000_000
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}\Z")


class GitHub(msgspec.Struct, frozen=True, kw_only=True):
    api: str
    repository: str
    token: Secret
    labels: tuple[str, ...]
    reach: Reach


def read(table: Table) -> GitHub:
    table.knows("type", "api", "repository", "token", "token_env", "token_file", "labels", *posting.REACH)
    repository = table.text("repository")
    if not _REPOSITORY.match(repository) or repository.endswith(("/.", "/..")):
        raise table.wrong(f"{repository!r} is no repository", "owner/name")
    token = table.secret("token")
    assert token is not None
    return GitHub(
        api=table.text("api", "https://api.github.com").rstrip("/"),
        repository=repository,
        token=token,
        labels=table.texts("labels"),
        reach=posting.reach(table),
    )


def send(channel: GitHub, message: Message, how: How) -> Sent:
    with posting.sender(channel.reach, how) as sender:
        return _Issues(channel, sender, posting.value(channel.token, how)).tell(message)


class _Issues:
    """The issues of one repository."""

    def __init__(self, channel: GitHub, sender: Sender, token: str) -> None:
        self._channel, self._sender = channel, sender
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        }

    def tell(self, message: Message) -> Sent:
        number = message.reference
        if number is None and message.tried:
            # Somebody was stopped in the middle: the issue may be there.
            number = self._found(message)
        if number is not None:
            try:
                if not (message.tried and self._is_there(number, message)):
                    self._ask("POST", f"issues/{number}/comments", {"body": body(message)})
                return Sent(reference=number)
            except net.RefusedError as error:
                if error.status not in (404, 410):
                    raise
                # Deleted, or moved elsewhere: what there is to say is said in a new one.
        asked: dict[str, Any] = {"title": short(message.title, _TITLE), "body": body(message)}
        if self._channel.labels:
            asked["labels"] = list(self._channel.labels)
        made = self._ask("POST", "issues", asked)
        found = made.get("number") if isinstance(made, dict) else None
        if not isinstance(found, int):
            raise EngineError("the server does not say which issue it made")
        return Sent(reference=str(found))

    def _found(self, message: Message) -> str | None:
        since = (message.opened - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for issue in self._all("issues", {"state": "all", "since": since, "sort": "created", "direction": "desc"}):
            if _mark("incident", message.incident) in str(issue.get("body")):
                return str(issue.get("number"))
        return None

    def _is_there(self, number: str, message: Message) -> bool:
        mark = _mark("message", message.id)
        issue = self._ask("GET", f"issues/{number}", None)
        if isinstance(issue, dict) and mark in str(issue.get("body")):
            return True
        return any(mark in str(one.get("body")) for one in self._all(f"issues/{number}/comments", {}))

    def _all(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in range(1, _PAGES + 1):
            words = urlencode({**query, "per_page": "100", "page": str(page)})
            some = self._ask("GET", f"{path}?{words}", None)
            if not isinstance(some, list):
                raise EngineError("the server does not answer with a list")
            found += [one for one in some if isinstance(one, dict)]
            if len(some) < 100:
                break
        return found

    def _ask(self, method: str, path: str, asked: dict[str, Any] | None) -> Any:
        answer = self._sender.send(
            method,
            f"{self._channel.api}/repos/{self._channel.repository}/{path}",
            data=None if asked is None else json.dumps(asked).encode(),
            headers=self._headers,
            limit=_LARGEST,
            known=method == "GET",
        )
        try:
            return json.loads(answer)
        except ValueError as error:
            raise EngineError(
                "the server does not answer with JSON", hint="see api: .../api/v3 on Enterprise"
            ) from error


def body(message: Message) -> str:
    """The issue's or comment's text, with as many items as go in."""
    items = posting.fitting(lambda count: len(_body(message, count)), _BODY, len(message.items))
    return _body(message, items)


def _body(message: Message, items: int) -> str:
    parts = [paragraph(message.title, _LINE)] if message.number > 1 else []
    parts += [paragraph(one, _LINE) for one in message.lead]
    if message.severity:
        parts.append(f"**Severity:** {message.severity}")
    about = message.about
    if about is not None:
        parts += [f"**Somebody's statement:** {prose(one, _LINE)}" for one in about.statements]
    rows = [f"- {code(where)}: {code(what, 300)}" for where, what in map(wording.row, message.items[:items])]
    rows += [f"- {prose(one, _LINE)}" for one in message.parts]
    if rows:
        parts.append("\n".join(rows))
    more = message.more + len(message.items) - items
    if more:
        parts.append(wording.rest(msgspec.structs.replace(message, more=more)))
    if about is not None and about.what_to_do:
        parts.append(f"**Do now:** {prose(about.what_to_do, 1_000)}")
    if message.link is not None:
        parts.append(f"[Open in pratique]({message.link})")
    marks = f"{_mark('incident', message.incident)} {_mark('message', message.id)}"
    return "\n\n".join((*parts, marks)) + "\n"


def _mark(word: str, id_: str) -> str:
    return f"<!-- pratique-{word}:{id_} -->"
