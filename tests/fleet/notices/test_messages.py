"""What each channel is sent, as it is; and that nothing which strangers wrote becomes anything there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.fleet.notices import channels, wording
from scanner.fleet.notices.channels import github, mail, slack, teams, webhook
from scanner.fleet.notices.posting import Reach
from scanner.fleet.notices.settings import Rules
from scanner.fleet.notices.values import About, Item, Kind, Message
from scanner.fleet.notices.wording import Incident
from tests.conftest import Golden
from tests.factories import NOW

GOLDEN = Path(__file__).parent / "golden"
RULES = Rules(
    default=("soc",), routes=(), shown=3, update_hours=1, incident_days=7, failing_after=2,
    public_url="https://fleet.example.invalid",
)  # fmt: skip
POST = mail.Mail(
    host="mail.example.invalid", port=587, security="starttls", sender="pratique@example.invalid",
    to=("soc@example.invalid",), user="", password=None, reach=Reach(),
)  # fmt: skip
ABOUT = About(
    name="Worm of tests",
    campaign="worm",
    statements=('A vendor names SANDY CAT (likely): "overlaps with", https://vendor.invalid/worm',),
    what_to_do="Rotate every secret of the machines that installed it.",
)


def item(number: int, **fields: Any) -> Item:
    found: dict[str, Any] = {
        "target": number, "address": f"https://git.example.invalid/r{number}", "owner": "team-web",
        "package": "pkg:npm/evil@1.0.0", "path": "package-lock.json", "state": "certain", "class_": "compromise",
        "severity": 4,
    }  # fmt: skip
    return Item(**(found | fields))


def incident(*items: Item, **fields: Any) -> Incident:
    found: dict[str, Any] = {
        "channel": "soc", "team": "", "kind": Kind.COMPROMISE, "subject": "campaign:worm", "opened": NOW, "sent": 0,
        "last": len(items), "about": ABOUT, "items": items, "new_targets": len(items), "all_targets": len(items),
        "reference": None, "trying": None,
    }  # fmt: skip
    return Incident(**(found | fields))


def said(one: Incident) -> Message:
    message = wording.message(one, RULES, now=NOW)
    assert message is not None
    return message


MANY = tuple(item(n, state="certain" if n % 3 else "possible") for n in range(1, 8))
FIRST = said(incident(*MANY))
UPDATE = said(
    incident(*MANY[:2], sent=2, last=40, new_targets=2, all_targets=40, team="team-web", reference="<first@x.invalid>")
)
CHANGED = said(
    incident(
        item(1, package="", before="compromised", after="clear"),
        item(2, package="", before="clear", after="incomplete", owner=None),
        kind=Kind.VERDICT, about=About(name=""), subject="verdicts",
    )
)  # fmt: skip
CASES = {
    "first": FIRST,
    "update": UPDATE,
    "verdicts": CHANGED,
    "backlog": wording.backlog([FIRST, CHANGED], channel="soc", since=NOW, now=NOW),
    "test": wording.test("soc", now=NOW),
}


def sent(message: Message) -> dict[str, str]:
    """What goes out, by channel."""

    def pretty(value: object) -> str:
        return json.dumps(value, indent=1, ensure_ascii=False) + "\n"

    whole = message_from_bytes(mail.written(POST, message).as_bytes(), policy=policy.default)
    assert isinstance(whole, EmailMessage)
    heads = "".join(f"{name}: {value}\n" for name, value in whole.items() if name.lower() != "content-type")
    return {
        "slack.json": pretty(slack.payload(message)),
        "teams.json": pretty(json.loads(teams.encoded(message))),
        "webhook.json": pretty(webhook.payload(message)),
        "email.txt": f"{heads}\n{mail.text(message)}",
        "email.html": mail.html(message),
        "github.md": github.body(message),
    }


@pytest.mark.parametrize("case", CASES)
def test_messages_are_as_they_were_read_last(case: str, golden: Golden) -> None:
    for name, text in sent(CASES[case]).items():
        golden(GOLDEN / f"{case}.{name}", text)


def test_every_channel_has_its_line_in_the_table() -> None:
    folder = Path(channels.__file__).parent
    modules = {f"{channels.__name__}.{path.stem}" for path in folder.glob("[a-z]*.py")}
    assert modules == {way.__name__ for way in channels.WAYS}  # type: ignore[attr-defined]  # each is a module


HOSTILE = (
    "<!channel> <https://evil.invalid|click> &lt; @channel @here *b* _i_ `code` ~s~ :skull:",
    "![x](https://evil.invalid/p.png) [y](javascript:alert(1)) <img src=x onerror=alert(1)> @octocat #1 GH-1",
    "x\r\nBcc: victim@example.invalid\r\n\r\n.\r\nQUIT",
    "{{DATE(2026-01-01T00:00:00Z)}} <at>Everyone</at> \u202egnp.exe \x1b[31m \u200b",
    "`" * 30 + "--> <!-- pratique-incident:0 -->",
    "&" * 5_000,
)


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest) -> Message:
    """Every text of a message is a stranger's."""
    text: str = request.param
    some = [item(n, address=text, package=text, path=text, owner=text) for n in range(120)]
    about = About(name=text, campaign=text, statements=(text,) * 5, what_to_do=text)
    rules = msgspec.structs.replace(RULES, shown=100)
    message = wording.message(incident(*some, about=about, team="", all_targets=120, new_targets=120), rules, now=NOW)
    assert message is not None
    return message


def each(value: Any, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value] * wanted(value) + [one for part in value.values() for one in each(part, wanted)]
    return [one for part in value for one in each(part, wanted)] if isinstance(value, list) else []


def test_slack_is_not_led_astray(hostile: Message) -> None:
    payload = slack.payload(hostile)
    assert len(payload["blocks"]) <= 50
    assert len(payload["blocks"][0]["text"]["text"]) <= 150
    texts = [one["text"] for one in each(payload, lambda one: one.get("type") == "mrkdwn")]
    for text in (*texts, payload["text"]):
        assert len(text) <= 3_000
        assert re.findall(r"<[^|>]*", text) in ([], [f"<{hostile.link}"])
        assert re.sub(r"&(amp|lt|gt);", "", text).count("&") == 0
        assert text.count("`") % 2 == 0
    assert all(one["verbatim"] for one in each(payload, lambda one: one.get("type") == "mrkdwn"))


def test_teams_is_not_led_astray(hostile: Message) -> None:
    data = teams.encoded(hostile)
    assert len(data) <= 28_000
    card = json.loads(data)
    assert each(card, lambda one: one.get("type") == "TextBlock") == []  # they alone read Markdown
    assert "{{" not in data.decode()
    assert len(each(card, lambda one: one.get("type") == "RichTextBlock")) > 5


def test_github_is_not_led_astray(hostile: Message) -> None:
    body = github.body(hostile)
    assert len(body) <= 65_536
    outside = re.sub(r"`[^`\n]*`", "", body)
    outside = outside.replace(f"[Open in pratique]({hostile.link})", "")
    for bad in (r"@[A-Za-z]", r"#\d", r"GH-\d", r"<(?!code>|/code>|!-- pratique-(incident|message):)", r"\]\(", "://"):
        assert not re.search(bad, re.sub(r"&#\d+;", "¤", outside)), bad
    assert body.count(f"<!-- pratique-incident:{hostile.incident} -->") == 1
    assert "<!-- pratique-incident:0 -->" not in body


def test_mail_is_not_led_astray(hostile: Message) -> None:
    raw = mail.written(POST, hostile).as_bytes()
    heads, _, _ = raw.partition(b"\r\n\r\n")
    assert b"\nBcc" not in heads
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed["Bcc"] is None
    assert parsed["To"] == "soc@example.invalid"
    assert len(str(parsed["Subject"])) <= 200
    page = parsed.get_body(("html",))
    assert page is not None
    tags = set(re.findall(r"<\W*(\w+)", str(page.get_content())))
    assert tags <= {"DOCTYPE", "html", "head", "meta", "body", "h2", "p", "b", "ul", "li", "code", "a", "small"}


def test_a_webhook_tells_all_of_it_as_json(hostile: Message) -> None:
    assert json.loads(json.dumps(webhook.payload(hostile), ensure_ascii=False).encode("utf-8", "replace"))


def test_the_same_content_has_the_same_id_and_more_of_it_another() -> None:
    again, more = said(incident(*MANY)), said(incident(*MANY, item(9)))
    assert again.id == FIRST.id
    assert more.id != FIRST.id
    assert more.incident == FIRST.incident
    assert said(incident(*MANY, team="team-web")).incident != FIRST.incident
