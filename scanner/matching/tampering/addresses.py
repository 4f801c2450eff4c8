"""Where a changed component is fetched from: another host than before, plain http, a branch, a stranger's registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scanner.matching.tampering.sign import Change, Sign, World
from scanner.model.comparison import Step
from scanner.model.component import Component, Origin
from scanner.model.finding import Severity
from scanner.model.internal import is_internal
from scanner.model.inventory import Reading

_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})(?:\Z|[^0-9a-f])")
_ASK = "Ask who made the change why. Do not merge it before the address is that of your registry again."


def check(change: Change, world: World) -> Iterator[Sign]:
    """Look at one component that was added or changed."""
    now = change.now
    if now is None:
        return
    yield from _another_host(change, now, world)
    yield from _plain(change, now)
    yield from _moved(change, now)
    yield from _branch(change, now)
    yield from _confusion(now, world)


def _another_host(change: Change, now: Component, world: World) -> Iterator[Sign]:
    host = world.foreign_host(now)
    if host is None or now.origin is not Origin.REGISTRY or _hosted(change.before, host):
        return
    others = sum(world.foreign_host(one) is None and one.source_url is not None for one in change.neighbours())
    yield Sign(
        "foreign-registry", Severity.HIGH, f"is fetched from {host}",
        f"no client on this machine is configured for that host, and {others} other packages of the file do not use it",
        _ASK + " If the host is a mirror of yours, name it in your client's configuration.",
    )  # fmt: skip


def _hosted(reading: Reading | None, host: str) -> bool:
    """Whether the source used this host already before the change."""
    return reading is not None and any(_host(one.source_url) == host for one in reading.components)


def _host(address: str | None) -> str:
    try:
        return (urlsplit(address or "").hostname or "").lower()
    except ValueError:
        return ""


def _plain(change: Change, now: Component) -> Iterator[Sign]:
    before = "" if change.of.before is None else change.of.before.source_url or ""
    if (now.source_url or "").lower().startswith("http://") and not before.lower().startswith("http://"):
        yield Sign(
            "plain-http", Severity.HIGH, "is fetched over plain http",
            "anybody on the way can put other bytes there",
            "Use https; if your registry has none, that is to be mended first.",
        )  # fmt: skip


def _moved(change: Change, now: Component) -> Iterator[Sign]:
    was = change.of.before
    if change.of.step is not Step.MOVED or was is None or was.origin is now.origin is Origin.REGISTRY:
        return
    yield Sign(
        "moved-source", Severity.HIGH, f"comes from {_told(now)} now, no longer from {_told(was)}",
        "its version is the same, and another place can serve other code under it",
        "Compare the two: pratique diff. Do not merge it before somebody can say why it had to move.",
    )  # fmt: skip


def _told(component: Component) -> str:
    if component.origin is Origin.REGISTRY and not component.source_url:
        return "the registry"
    return component.source_url or f"a {component.origin}"


def _branch(change: Change, now: Component) -> Iterator[Sign]:
    if now.origin is not Origin.GIT or _COMMIT.search(f"{now.source_url or ''} {now.version or ''}"):
        return
    was = change.of.before
    if was is not None and was.origin is Origin.GIT and was.source_url == now.source_url:
        return
    yield Sign(
        "git-branch", Severity.MEDIUM, "follows a branch or tag of a git repository",
        "what it names can be moved to other code at any time, and no commit is written down",
        "Name the commit.",
    )  # fmt: skip


def _confusion(now: Component, world: World) -> Iterator[Sign]:
    if now.origin is not Origin.REGISTRY or now.purl is None or not is_internal(world.internal, (now.name,), now.purl):
        return
    if now.source_url is not None and world.foreign_host(now) is not None:
        return  # a host of our own, that this machine's clients do not know
    if now.source_url is None and now.version is None:
        return  # a manifest says no place: the lock does
    place = "the public registry" if now.source_url is not None else "whatever registry the client asks first"
    yield Sign(
        "dependency-confusion", Severity.HIGH, f"bears a name of ours and is resolved from {place}",
        "a stranger can publish under an internal name there, with a higher version",
        "Bind the scope to your own registry in the client's configuration, and reserve the name in the public one.",
    )  # fmt: skip
