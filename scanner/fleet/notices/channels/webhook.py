"""Any receiver: JSON by POST, signed as Standard Webhooks say.

Spec: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
The signature is an HMAC-SHA256 over `id.timestamp.body`. docs/notices.md says how to verify it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

import msgspec

from scanner.errors import UsageError
from scanner.fleet.notices import posting
from scanner.fleet.notices.posting import How, Reach, short
from scanner.fleet.notices.settings import Secret, Table
from scanner.fleet.notices.values import Item, Kind, Message, Sent
from scanner.model.moment import rfc3339

TYPE = "webhook"
FOLDS = True
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
"""Bytes of a secret, by the specification."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    url: str | Secret
    secret: Secret
    reach: Reach


def read(table: Table) -> Webhook:
    table.knows("type", "url", "url_env", "url_file", "secret", "secret_env", "secret_file", *posting.REACH)
    url: str | Secret | None = table.text("url", "") or table.secret("url")
    secret = table.secret("secret")
    assert url is not None
    assert secret is not None
    return Webhook(url=url, secret=secret, reach=posting.reach(table))


def send(channel: Webhook, message: Message, how: How) -> Sent:
    url = channel.url if isinstance(channel.url, str) else posting.value(channel.url, how)
    secrets = [_key(one) for one in posting.value(channel.secret, how).split()]
    data = json.dumps(payload(message), ensure_ascii=False).encode("utf-8", "replace")
    headers = {"Content-Type": "application/json", **signed(message.id, data, secrets, at=how.clock())}
    with posting.sender(channel.reach, how) as sender:
        sender.send("POST", url, data=data, headers=headers, known=True)
    return Sent()


def signed(id_: str, data: bytes, secrets: list[bytes], *, at: datetime) -> dict[str, str]:
    """The three headers; of several secrets, one signature each: the receiver may still have the old one."""
    stamp = str(int(at.timestamp()))
    said = b".".join((id_.encode(), stamp.encode(), data))
    signatures = [base64.b64encode(hmac.digest(one, said, hashlib.sha256)).decode() for one in secrets]
    return {
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def payload(message: Message) -> dict[str, Any]:
    """Version 1: fields are added, never renamed or removed."""
    about = message.about
    return {
        "type": f"pratique.{message.kind.value}.{_step(message)}",
        "timestamp": rfc3339(message.at),
        "data": {
            "format": "pratique-notice/1",
            "incident": message.incident,
            "number": message.number,
            "opened": rfc3339(message.opened),
            "team": message.team or None,
            "title": message.title,
            "text": list(message.lead),
            "severity": message.severity or None,
            "campaign": None if about is None else about.campaign or None,
            "record": None if about is None else about.record or None,
            "statements": [] if about is None else list(about.statements),
            "what_to_do": None if about is None else about.what_to_do or None,
            "new_targets": message.new_targets,
            "all_targets": message.all_targets,
            "items": [_item(item) for item in message.items],
            "notices": list(message.parts),
            "more": message.more,
            "link": message.link,
        },
    }


def _step(message: Message) -> str:
    if message.kind in (Kind.TEST, Kind.BACKLOG):
        return "sent"
    return "opened" if message.number == 1 else "updated"


def _item(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {"target": item.target or None, "address": item.address, "owner": item.owner}
    if item.package:
        told |= {"package": item.package, "path": item.path, "state": item.state, "class": item.class_}
        if item.why:
            told["why"] = item.why
    else:
        told |= {"before": item.before, "after": item.after, "why": short(item.why, 500) or None}
    return told


def _key(text: str) -> bytes:
    """The bytes of a secret. Raises `UsageError`; the secret is never told."""
    hint = "openssl rand -base64 32, with whsec_ before it"
    if not text.startswith(_PREFIX):
        raise UsageError("the secret of the webhook does not begin with whsec_", hint=hint)
    try:
        found = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise UsageError("the secret of the webhook is no base64", hint=hint) from error
    if not _SHORTEST <= len(found) <= _LONGEST:
        raise UsageError(f"the secret of the webhook has {len(found)} bytes, not 24 to 64", hint=hint)
    return found
