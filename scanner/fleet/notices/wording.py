"""What a message says, in plain text: titles, counts, and the first few of what there is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from scanner.fleet.notices import routing
from scanner.fleet.notices.settings import Rules
from scanner.fleet.notices.values import About, Item, Kind, Message
from scanner.model.finding import FindingClass, Severity, State
from scanner.wording import counted

LONGEST_WAIT = timedelta(hours=20)
"""Between two updates: a nightly run that begins a little early still tells."""
_OWNERS = 8
_PARTS = 40
_WORDS = {
    FindingClass.COMPROMISE: "Compromise",
    FindingClass.SUSPICIOUS_CHANGE: "Suspicious change",
    FindingClass.INTEGRITY: "Integrity",
    FindingClass.VULNERABILITY: "Vulnerability",
    FindingClass.HYGIENE: "Hygiene",
}


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as one channel and team is told of it, and what is new of it."""

    channel: str
    team: str
    kind: Kind
    subject: str
    opened: datetime
    sent: int
    """Messages before this one."""
    last: int
    """Number of the last item."""
    about: About
    items: tuple[Item, ...]
    new_targets: int
    all_targets: int
    reference: str | None
    trying: str | None


def interval(sent: int, rules: Rules) -> timedelta:
    """How long after the `sent`-th message the next one may follow."""
    return min(timedelta(hours=rules.update_hours * (1 << min(sent - 1, 10))), LONGEST_WAIT)


def incident_id(one: Incident) -> str:
    """The same for all messages of an incident in a channel; two stores that tell one receiver do not meet."""
    said = (one.channel, one.team, one.kind.value, one.subject, one.opened.isoformat())
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:24]


def message(one: Incident, rules: Rules, *, now: datetime) -> Message | None:
    """The next message of an incident; `None` where all that happened has been undone meanwhile."""
    items = one.items if one.kind is Kind.COMPROMISE else _merged(one.items)
    if not items:
        return None
    items = tuple(sorted(items, key=lambda item: (-item.severity, item.state != State.CERTAIN, item.address)))
    title, lead = _WORDING[one.kind](one, items)
    shown = _one_each(items)[: rules.shown]
    incident = incident_id(one)
    id_ = f"{incident}-{one.sent + 1}-{one.last}"
    worst = max(item.severity for item in items)
    return Message(
        id=id_,
        incident=incident,
        number=one.sent + 1,
        kind=one.kind,
        team=one.team,
        title=title,
        lead=(*lead, *_owners(one, items, rules)),
        severity=Severity(worst).word if worst else "",
        about=one.about if one.kind is Kind.COMPROMISE else None,
        items=shown,
        more=len(items) - len(shown),
        new_targets=one.new_targets,
        all_targets=one.all_targets,
        link=_link(one, items, rules),
        at=now,
        opened=one.opened,
        reference=one.reference,
        tried=one.trying is not None,
    )


def gravest_first(message: Message) -> tuple[bool, int, bool]:
    """Sorts messages: whoever makes many small incidents must not push a grave one out of sight."""
    worst = message.items[0] if message.items else None
    return (
        message.kind is not Kind.COMPROMISE,
        -worst.severity if worst else 0,
        worst is None or worst.state != State.CERTAIN,
    )


def backlog(messages: Sequence[Message], *, channel: str, since: datetime | None, now: datetime) -> Message:
    """Several messages as one, so that a channel that comes back is not flooded. The first of them are named."""
    ids = "\n".join(sorted(one.id for one in messages))
    id_ = hashlib.sha256(f"{channel}\n{ids}".encode()).hexdigest()[:24]
    why = (
        f"This channel could not be reached since {_day(since)}."
        if since
        else "Many incidents at once, in one message."
    )
    return Message(
        id=id_,
        incident=id_,
        number=1,
        kind=Kind.BACKLOG,
        team="",
        title=f"{counted(len(messages), 'notice')} in one",
        severity=next((one.severity for one in messages if one.severity), ""),
        lead=(why, "pratique fleet findings lists all of it."),
        parts=tuple(f"{one.title}{one.team and f' [{one.team}]'}" for one in messages[:_PARTS]),
        more=max(0, len(messages) - _PARTS),
        link=next((one.link for one in messages if one.link), None),
        at=now,
        opened=now,
    )


def test(channel: str, *, now: datetime) -> Message:
    """A message that says nothing, to see that it arrives."""
    id_ = hashlib.sha256(f"{channel}\n{now.isoformat()}".encode()).hexdigest()[:24]
    return Message(
        id=id_,
        incident=id_,
        number=1,
        kind=Kind.TEST,
        team="",
        title="Test of pratique's notices",
        lead=(f"If you can read this, the channel {channel} works. Nothing has happened.",),
        at=now,
        opened=now,
    )


def _compromise(one: Incident, items: Sequence[Item]) -> tuple[str, tuple[str, ...]]:
    targets = {item.target for item in items}
    certain = {item.target for item in items if item.state == State.CERTAIN}
    word = _WORDS[min((FindingClass(item.class_) for item in items), key=list(FindingClass).index)]
    if not certain:
        word = f"Possible {word.lower()}"
    parts = [(len(certain), "for certain: this very version or digest"), (len(targets - certain), "possibly")]
    how = "; ".join(f"{counted(count, 'target')} {what}" for count, what in parts if count)
    past = len(targets - {item.target for item in items if not item.why})
    before: tuple[str, ...] = ()
    if past:
        whose = "All of it was" if past == len(targets) else f"In {counted(past, 'target')} it was"
        before = (f"{whose} there before it was known, and no look found it: what ran then may have done its work.",)
    if one.sent == 0:
        if past == len(targets):
            word = f"Was exposed{'' if certain else ', possibly'}"
        lead = f"{how[:1].upper()}{how[1:]}."
        return f"{word}: {one.about.name}: {counted(len(targets), 'target')}", (lead, *before)
    if one.new_targets:
        what = f"{counted(one.new_targets, 'further target')}, {one.all_targets:,} in all"
    else:
        what = f"more of it in {counted(len(targets), 'target')} that you were told of"
    return f"Update: {one.about.name}: {what}", (
        f"Since the last message: {how}.",
        *before,
        f"First told on {_day(one.opened)}.",
    )


def _verdict(one: Incident, items: Sequence[Item]) -> tuple[str, tuple[str, ...]]:
    changes = Counter(f"{item.before} → {item.after}" for item in items)
    lead = "; ".join(f"{count:,} {change}" for change, count in sorted(changes.items()))
    return f"{_again(one)}Verdict changed: {counted(len(items), 'target')}", (f"{lead}.",)


def _scan(one: Incident, items: Sequence[Item]) -> tuple[str, tuple[str, ...]]:
    failing = sum(item.after == FAILING for item in items)
    parts = [
        f"{word} {counted(count, 'target')}"
        for count, word in ((failing, "cannot be looked at:"), (len(items) - failing, "looked at again:"))
        if count
    ]
    lead = ("What is in them today is not known; what was found before still stands.",) if failing else ()
    return f"{_again(one)}Scans: {'; '.join(parts)}", lead


def _feed(one: Incident, items: Sequence[Item]) -> tuple[str, tuple[str, ...]]:
    old = [item for item in items if item.after != FRESH]
    if not old:
        return f"{_again(one)}Feeds up to date again: {len(items)}", ()
    lead = "What came into the world since is not found. Run pratique intel sync, and see why it did not run."
    return f"{_again(one)}Feeds out of date: {', '.join(item.address for item in old[:3])}", (lead,)


_WORDING = {Kind.COMPROMISE: _compromise, Kind.VERDICT: _verdict, Kind.SCAN: _scan, Kind.FEED: _feed}
FAILING, WORKING = "failing", "working"
FRESH = "fresh"


def _again(one: Incident) -> str:
    return "Update: " if one.sent else ""


def _merged(items: Sequence[Item]) -> tuple[Item, ...]:
    """From the first state to the last of each; what came back to where it was is no news."""
    found: dict[tuple[int, str], Item] = {}
    for item in items:
        key = (item.target, item.address)
        before = found[key].before if key in found else item.before
        found[key] = msgspec.structs.replace(item, before=before)
    return tuple(item for item in found.values() if item.before != item.after)


def _one_each(items: Sequence[Item]) -> tuple[Item, ...]:
    """One of each target first, then the rest: the first few show how far it reaches."""
    seen: set[int] = set()
    rest: list[Item] = []
    heads: list[Item] = []
    for item in items:
        (rest if item.target and item.target in seen else heads).append(item)
        seen.add(item.target)
    return (*heads, *rest)


def _owners(one: Incident, items: Sequence[Item], rules: Rules) -> list[str]:
    """Whose it is, and who has no route of his own."""
    if one.kind is Kind.FEED:
        return []
    if one.team:
        return [f"Owner: {one.team}."]
    said = []
    owners = Counter(owner for owner, _ in {(item.owner, item.target) for item in items} if owner is not None)
    if owners:
        said.append(f"Owners: {_first(f'{owner} ({count:,})' for owner, count in owners.most_common())}.")
    if without := [owner for owner in sorted(owners) if not routing.has_route(rules, owner)]:
        said.append(f"Owners without a route: {_first(without)}.")
    if nobodys := len({item.target for item in items if item.owner is None}):
        said.append(f"Nobody answers for {counted(nobodys, 'target')}.")
    return said


def _first(words: Iterable[str]) -> str:
    found = list(words)
    more = f" and {len(found) - _OWNERS:,} more" if len(found) > _OWNERS else ""
    return ", ".join(found[:_OWNERS]) + more


def _link(one: Incident, items: Sequence[Item], rules: Rules) -> str | None:
    if rules.public_url is None:
        return None
    if one.kind is Kind.COMPROMISE:
        if one.about.campaign:
            path = f"/campaigns/{quote(one.about.campaign, safe='')}"
        else:
            path = f"/findings?class={quote(items[0].class_, safe='')}"
    else:
        path = "/targets" if one.kind is Kind.VERDICT else "/coverage"
    return rules.public_url + path


def _day(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC")


def row(item: Item) -> tuple[str, str]:
    """Where, and what."""
    if item.package:
        place = f" in {item.path}" if item.path else ""
        doubt = " (possible)" if item.state == State.POSSIBLE else ""
        return item.address, f"{item.package}{place}{doubt}{item.why and f', {item.why}'}"
    return item.address, f"{item.before} → {item.after}{item.why and f': {item.why}'}"


def rest(message: Message) -> str:
    """What is said of the items that are not shown; "" where all are."""
    return f"… and {message.more:,} more" if message.more else ""
