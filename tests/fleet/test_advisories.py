"""Advisories against everything that was ever seen, on both databases: as a scan judges, also what is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.model.advisory import Advisory, AdvisoryKind, EventKind
from scanner.model.component import Origin
from scanner.pipeline.fleet import advisories
from scanner.pipeline.fleet.advisories import Past, Wanted
from tests import factories
from tests.factories import NOW, advisory
from tests.fleet.samples import DAY, component, held, recorded, snapshot

FIXED = ((EventKind.INTRODUCED, "0"), (EventKind.FIXED, "2.0.0"))


def asked(store: Store, folder: Path, *records: Advisory, **wanted: Any) -> Past:
    factories.knowledge(folder, records)
    return advisories.rematch(store, folder, Wanted(**wanted), now=NOW + DAY, environ={}, home=folder)


def told(past: Past) -> list[tuple[str, str, tuple[str, ...], bool]]:
    return [
        (str(one.sighting.component.purl), one.state.value, one.records, one.sighting.gone is not None)
        for one in past.advised
    ]


@pytest.fixture
def one(store: Store) -> int:
    """A target that held bad and good packages once, and holds some still."""
    id_ = store.add("https://git.example.invalid/shop", kind="git", now=NOW, owner="team").id
    bad, good = component("pkg:npm/evil@1.0.0"), component("pkg:npm/fine@1.0.0")
    leaky = component("pkg:npm/leaky@1.5.0")
    ours = component("pkg:npm/evil@1.0.0", origin=Origin.GIT, source_url="git+https://git.example.invalid/evil")
    wish = component("pkg:npm/evil", version=None, constraint="^1.0.0")
    recorded(
        store,
        id_,
        snapshot(
            1,
            held("a/package-lock.json", bad, good, leaky),
            held("b/package-lock.json", ours),
            held("c/package.json", wish),
        ),
        snapshot(3, held("a/package-lock.json", good), held("b/package-lock.json", ours), held("c/package.json", wish)),
    )
    return id_


def test_what_was_held_once_is_told_with_its_span(store: Store, one: int, tmp_path: Path) -> None:
    past = asked(store, tmp_path, advisory("MAL-1", "evil", versions=("1.0.0",)), advisory("MAL-2", "unheard-of"),
                 advisory("GHSA-1", "leaky", kind=AdvisoryKind.VULNERABILITY, events=FIXED))  # fmt: skip
    assert told(past) == [
        ("pkg:npm/evil@1.0.0", "certain", ("MAL-1",), True),
        ("pkg:npm/evil", "possible", ("MAL-1",), False),  # nothing pins it there
    ]  # a git repository of that name is not the registry's package
    seen = past.advised[0].sighting
    assert (seen.target, seen.path, seen.owner) == (one, "a/package-lock.json", "team")
    assert (seen.first, seen.last, seen.gone) == (NOW + DAY, NOW + DAY, NOW + 3 * DAY)
    assert (past.status, past.names, past.records, past.problems) == (1, 3, 1, ())


def test_vulnerabilities_only_where_they_are_asked_for(store: Store, one: int, tmp_path: Path) -> None:
    records = (
        advisory("GHSA-1", "leaky", kind=AdvisoryKind.VULNERABILITY, events=FIXED, aliases=("CVE-2026-1",)),
        advisory("GHSA-2", "leaky", kind=AdvisoryKind.VULNERABILITY, versions=("1.5.0",)),
        advisory("GHSA-3", "leaky", kind=AdvisoryKind.VULNERABILITY, versions=("9.9.9",)),
        advisory("GHSA-4", "fine", kind=AdvisoryKind.VULNERABILITY, withdrawn="2026-11-02T00:00:00Z"),
    )
    assert told(asked(store, tmp_path, *records)) == []
    leaky = ("pkg:npm/leaky@1.5.0", "certain")
    every = asked(store, tmp_path, *records, malicious=False)
    assert told(every) == [(*leaky, ("GHSA-1", "GHSA-2"), True)]
    assert told(asked(store, tmp_path, *records, malicious=False, ids=("CVE-2026-1",))) == [(*leaky, ("GHSA-1",), True)]
    withdrawn = asked(store, tmp_path, *records, malicious=False, ids=("GHSA-4",))
    assert (told(withdrawn), withdrawn.status, [problem.what for problem in withdrawn.problems]) == (
        [], 0, ["GHSA-4 was withdrawn: it says nothing"],
    )  # fmt: skip
    assert told(asked(store, tmp_path, *records, malicious=False, since="2026-11-01")) == told(every)
    assert told(asked(store, tmp_path, *records, malicious=False, since="2026-11-02")) == []
    with pytest.raises(UsageError, match="no feed has a record 'MAL-0'"):
        asked(store, tmp_path, *records, ids=("MAL-0",))


def test_a_requirement_that_a_lock_pins_all_the_while_is_not_told(store: Store, tmp_path: Path) -> None:
    id_ = store.add("a", kind="git", now=NOW).id
    wish = component("pkg:npm/evil", version=None, constraint="^1.0.0")
    pinned = held("app/package-lock.json", component("pkg:npm/evil@1.0.1"))
    recorded(store, id_, snapshot(1, pinned, held("app/package.json", wish), held("web/package.json", wish)))
    past = asked(store, tmp_path, advisory("MAL-1", "evil", versions=("1.0.0",)))
    assert [(one.sighting.path, one.state.value) for one in past.advised] == [("web/package.json", "possible")]


def test_releases_of_a_distribution_are_told_apart(store: Store, tmp_path: Path) -> None:
    id_ = store.add("a", kind="sbom", now=NOW).id
    purls = [f"pkg:deb/debian/xz-utils@5.6.0-1?distro=debian-{number}" for number in (12, 13)]
    recorded(store, id_, snapshot(1, held("bom.json", *map(component, purls))))
    record = advisory("MAL-9", "xz-utils", family="Debian", versions=("5.6.0-1",))
    affected = record.affected[0]
    thirteen = msgspec.structs.replace(
        affected, identity=msgspec.structs.replace(affected.identity, ecosystem="Debian:13")
    )
    past = asked(store, tmp_path, msgspec.structs.replace(record, affected=(thirteen,)))
    assert [one.sighting.component.purl.qualifier("distro") for one in past.advised if one.sighting.component.purl] == [
        "debian-13"
    ]


def test_nobody_is_called_clear_without_feeds(store: Store, one: int, tmp_path: Path) -> None:
    missing = asked(store, tmp_path)
    assert (missing.status, [problem.where for problem in missing.problems]) == (3, ["osv/npm"])
    store.add("b", kind="git", now=NOW)
    unseen = asked(store, tmp_path, advisory("MAL-2", "unheard-of"))
    assert (unseen.status, unseen.never_seen) == (3, ("b",))


def test_pages_are_all_read(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advisories, "_PAGE", 2)
    id_ = store.add("a", kind="git", now=NOW).id
    purls = [f"pkg:{type_}/p{number}@1.0.0" for type_ in ("npm", "pypi") for number in range(5)]
    recorded(store, id_, snapshot(1, held("bom.json", *map(component, purls))))
    records = [advisory(f"MAL-{number}", f"p{number}", versions=("1.0.0",)) for number in range(5)]
    past = asked(store, tmp_path, *records, advisory("MAL-P", "p4", family="PyPI"))
    assert (past.names, past.records, len(past.advised)) == (10, 6, 6)
