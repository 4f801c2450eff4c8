"""Fleets that something happens to, and files of notices that say who is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from scanner.fleet.notices.posting import How
from scanner.fleet.store import Store, keys
from scanner.fleet.store.values import Lease, Snapshot
from scanner.model.campaign import Attribution, Campaign, Confidence
from scanner.model.finding import Finding
from scanner.pipeline.fleet import noticing
from scanner.pipeline.fleet.noticing import Settings
from tests.factories import NOW
from tests.fleet.samples import finding, lease, snapshot

WORM = Campaign(
    id="worm",
    name="Worm of tests",
    summary="It re-publishes what it can reach.",
    what_to_do="Rotate every secret of the machines that installed it.",
    attribution=(
        Attribution(
            by="A vendor", confidence=Confidence.LIKELY, reference="https://vendor.invalid/worm", name="SANDY CAT"
        ),
    ),
)
SECRET = "whsec_" + "c2VjcmV0IG9mIGEgdGVzdCwgbm90aGluZyBlbHNl"
ENVIRON = {"HOOK": SECRET, "TOKEN": "token-of-a-test", "PASSWORD": "a password of a test"}


def targets(store: Store, count: int, *, owners: Iterable[str | None] = (None,)) -> list[int]:
    """So many repositories, whose owners take turns. In one transaction: each would else wait for the disk."""
    names = list(owners)
    insert = "insert into target (address, kind, owner, added) values (?, 'remote', ?, ?) returning id"
    with store._database.write():
        return [
            store._database.rows(
                insert, (f"https://git.example.invalid/r{n:04}", names[n % len(names)], keys.stamp(NOW))
            )[0][0]
            for n in range(count)
        ]


def hit(store: Store, ids: Iterable[int], *findings: Finding, day: int = 1) -> None:
    """All of them hold the worm, or what is given, in one night."""
    recorded(store, ids, snapshot(day, findings=findings or (finding("worm", campaign=WORM),)))


def clean(store: Store, ids: Iterable[int], *, day: int) -> None:
    recorded(store, ids, snapshot(day))


def recorded(store: Store, ids: Iterable[int], what: Snapshot) -> None:
    lease_ = "update target set token = token + 1, worker = 'me', leased = ? where id = ? returning token"
    with store._database.write():
        until = keys.stamp(at(24_000))
        leases = [Lease(one, store._database.rows(lease_, (until, one))[0][0]) for one in ids]
    told = store.record_all([(one, what) for one in leases])
    assert all(getattr(one, "new", False) for one in told), told


def failing(store: Store, id_: int, *, times: int = 2) -> None:
    for _ in range(times):
        store.failed(lease(store, id_), "no such host", again=NOW)


def settings(folder: Path, text: str, *, environ: Mapping[str, str] = {}, intel: Path | None = None) -> Settings:
    """The operator's file as `text` says, in a hurry."""
    path = folder / "notices.toml"
    path.write_text(text)
    read = noticing.read(
        path, environ={**ENVIRON, **environ}, clock=lambda: NOW, intel_directory=intel, public_url=None
    )
    how = How(environ=read.how.environ, clock=read.how.clock, timeout=(2.0, 2.0), backoff=0.01)
    return Settings(rules=read.rules, channels=read.channels, how=how, intel_directory=read.intel_directory)


def hook(name: str, url: str) -> str:
    """A channel that is a webhook on this machine."""
    return (
        f'[channels.{name}]\ntype = "webhook"\nurl = "{url}"\nsecret_env = "HOOK"\n'
        "allow_private = true\nallow_http = true\n"
    )


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)
