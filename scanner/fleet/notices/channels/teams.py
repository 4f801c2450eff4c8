"""Microsoft Teams: a webhook of Workflows ("when a Teams webhook request is received"), and an Adaptive Card.

Specs: https://adaptivecards.io/explorer/, schema 1.4;
https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook

A `TextBlock` reads Markdown, a `TextRun` does not: everything that strangers wrote stands in runs.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from scanner.fleet.notices import posting, wording
from scanner.fleet.notices.posting import How, Reach, short
from scanner.fleet.notices.settings import Secret, Table
from scanner.fleet.notices.values import Message, Sent

TYPE = "teams"
FOLDS = True
_BYTES = 28_000
_LINE = 500


class Teams(msgspec.Struct, frozen=True, kw_only=True):
    url: Secret
    """Its signature is in it."""
    reach: Reach


def read(table: Table) -> Teams:
    table.knows("type", "url", "url_env", "url_file", *posting.REACH)
    url = table.secret("url")
    assert url is not None
    return Teams(url=url, reach=posting.reach(table))


def send(channel: Teams, message: Message, how: How) -> Sent:
    with posting.sender(channel.reach, how) as sender:
        sender.send(
            "POST",
            posting.value(channel.url, how),
            data=encoded(message),
            headers={"Content-Type": "application/json"},
        )
    return Sent()


def encoded(message: Message) -> bytes:
    """The card, with as many items as go in."""
    items = posting.fitting(lambda count: len(_json(message, count)), _BYTES, len(message.items))
    return _json(message, items)


def _json(message: Message, items: int) -> bytes:
    return json.dumps(payload(message, items)).encode()


def payload(message: Message, items: int) -> dict[str, Any]:
    """The message as Workflows take it, with the first `items` items."""
    body = [_text(message.title, weight="Bolder", size="Medium"), *map(_text, message.lead)]
    if message.severity:
        body.append(_text(message.severity, label="Severity"))
    if message.about is not None:
        body += [_text(one, label="Somebody's statement") for one in message.about.statements]
    body += [_row(*wording.row(item)) for item in message.items[:items]]
    body += [_text(f"• {one}") for one in message.parts]
    more = message.more + len(message.items) - items
    if more:
        body.append(_text(wording.rest(msgspec.structs.replace(message, more=more))))
    if message.about is not None and message.about.what_to_do:
        body.append(_text(message.about.what_to_do, label="Do now"))
    body.append(_text(f"pratique, incident {message.incident}", size="Small", isSubtle=True))
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if message.link is not None:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open in pratique", "url": message.link}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _text(text: str, *, label: str = "", **look: Any) -> dict[str, Any]:
    runs = [{"type": "TextRun", "text": f"{label}: ", "weight": "Bolder"}] if label else []
    return {"type": "RichTextBlock", "inlines": [*runs, {"type": "TextRun", "text": plain(text), **look}]}


def _row(where: str, what: str) -> dict[str, Any]:
    inlines = [
        {"type": "TextRun", "text": "• "},
        {"type": "TextRun", "text": f"{plain(where, 200)} ", "weight": "Bolder"},
        {"type": "TextRun", "text": plain(what, 300), "fontType": "Monospace"},
    ]
    return {"type": "RichTextBlock", "inlines": inlines}


def plain(text: str, limit: int = _LINE) -> str:
    """One line; `{{DATE(…)}}` would be a date, also in a run."""
    return short(text, limit).replace("{{", "{ {")
