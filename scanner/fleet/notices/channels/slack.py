"""Slack: an incoming webhook, and a message in Block Kit.

Specs: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
https://docs.slack.dev/messaging/formatting-message-text, https://docs.slack.dev/reference/block-kit/blocks

Such a webhook can neither edit nor find a message again: an update is a further one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from scanner.fleet.notices import posting, wording
from scanner.fleet.notices.posting import How, Reach, short
from scanner.fleet.notices.settings import Secret, Table
from scanner.fleet.notices.values import Message, Sent

TYPE = "slack"
FOLDS = True
_HEADER, _SECTION, _BLOCKS = 150, 3_000, 50
_LINE = 500
"""Characters of one line before they are escaped: `&` becomes five."""


class Slack(msgspec.Struct, frozen=True, kw_only=True):
    url: Secret
    """Whoever has it can write into the channel."""
    reach: Reach


def read(table: Table) -> Slack:
    table.knows("type", "url", "url_env", "url_file", *posting.REACH)
    url = table.secret("url")
    assert url is not None
    return Slack(url=url, reach=posting.reach(table))


def send(channel: Slack, message: Message, how: How) -> Sent:
    data = json.dumps(payload(message)).encode()
    with posting.sender(channel.reach, how) as sender:
        sender.send(
            "POST", posting.value(channel.url, how), data=data, headers={"Content-Type": "application/json"}
        )  # fmt: skip
    return Sent()


def payload(message: Message) -> dict[str, Any]:
    """The message in Block Kit, within Slack's limits."""
    title = short(message.title, _HEADER)
    # Verbatim: no address, channel or name in it becomes a link.
    texts = [{"type": "mrkdwn", "text": text, "verbatim": True} for text in _packed(_lines(message))]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}},
        *({"type": "section", "text": text} for text in texts),
    ]
    context = {"type": "mrkdwn", "text": f"pratique, incident {message.incident}", "verbatim": True}
    blocks = [*blocks[: _BLOCKS - 1], {"type": "context", "elements": [context]}]
    return {"text": escaped(title), "blocks": blocks}


def _lines(message: Message) -> Iterator[str]:
    yield from (escaped(short(one, _LINE)) for one in message.lead)
    if message.severity:
        yield f"*Severity:* {message.severity}"
    if (about := message.about) is not None:
        for one in about.statements:
            yield f"*Somebody's statement:* {escaped(short(one, _LINE))}"
    for where, what in map(wording.row, message.items):
        yield f"• {code(where)} {code(what)}"
    yield from (f"• {escaped(short(one, _LINE))}" for one in message.parts)
    if message.more:
        yield escaped(wording.rest(message))
    if message.about is not None and message.about.what_to_do:
        yield f"*Do now:* {escaped(short(message.about.what_to_do, _LINE))}"
    if message.link is not None:
        yield f"<{escaped(message.link).replace('|', '%7C')}|Open in pratique>"


def escaped(text: str) -> str:
    """The three characters that begin anything: without them there is no `<!channel>`, no link and no entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """Text in which nothing is bold, struck or an emoji; a backtick would end it."""
    return f"`{escaped(short(text, 200)).replace('`', 'ˋ')}`"


def _packed(lines: Iterable[str]) -> Iterator[str]:
    """Whole lines, as many as a section takes: an entity is never cut in two."""
    section = ""
    for line in lines:
        if section and len(section) + 1 + len(line) > _SECTION:
            yield section
            section = ""
        section = f"{section}\n{line}" if section else line
    if section:
        yield section
