"""Policies and VEX in the fleet: the security team's hold everywhere, a repository's only as far as they may."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from scanner.errors import UsageError
from scanner.fleet.store import Store
from scanner.fleet.store.values import Question, Target
from scanner.model.advisory import AdvisoryKind
from scanner.pipeline import policed
from scanner.pipeline.fleet import intelligence, looking, ruled
from scanner.pipeline.fleet.looking import Did, Looked
from scanner.pipeline.fleet.ruled import Rules
from scanner.policy import file
from scanner.policy.rules import Policy
from tests import factories
from tests.factories import NOW
from tests.fleet.test_looking import Fleet, lock
from tests.targets.repositories import Git

DAY = timedelta(days=1)
LEAKY = '[[suppress]]\nadvisory = "GHSA-1"\nreason = "never called"\nexpires = 2026-12-01\n'
EVIL = '[[suppress]]\nfinding = "{id}"\nreason = "ours"\nexpires = 2026-12-01\nby = "ann"\n'


@pytest.fixture
def where(tmp_path: Path) -> str:
    """On SQLite only: no statement is of these tests alone."""
    return str(tmp_path / "fleet.sqlite")


@pytest.fixture
def fleet(store: Store, tmp_path: Path, campaigns: Path) -> Fleet:
    shutil.copytree(campaigns, tmp_path / "intel")
    vulnerability = AdvisoryKind.VULNERABILITY
    factories.knowledge(
        tmp_path / "intel",
        [
            factories.advisory("GHSA-1", "leaky", kind=vulnerability, versions=("1.0.0",)),
            factories.advisory("M-1", "evil"),
        ],
    )
    return Fleet(store, tmp_path)


@pytest.fixture
def shop(fleet: Fleet, tmp_path: Path) -> Git:
    git = Git(tmp_path / "shop")
    git.commit_files("1", {"package-lock.json": lock(leaky="1.0.0", evil="1.0.0")})
    return git


def policy(text: str) -> Policy:
    found = file.parse(text.encode(), where="fleet.toml", today=NOW.date())
    assert found is not None
    return found


def under(fleet: Fleet, target: Target, rules: Rules, now: Callable[[], datetime] | None = None) -> Looked:
    settings = fleet.settings if now is None else msgspec.structs.replace(fleet.settings, now=now)
    name = intelligence.name(fleet.intel, now=settings.now(), rules=rules)
    settings = msgspec.structs.replace(settings, rules=rules, intelligence=name)
    return looking.look(fleet.store, target.id, settings)


def silenced(fleet: Fleet, now: datetime = NOW) -> dict[str, str]:
    """Title's first word → why it is silenced."""
    found = [one.at(now) for one in fleet.store.findings(Question(silenced=True, now=now))]
    return {one.title.split()[0]: one.suppressed.reason for one in found if one.suppressed is not None}


def test_the_fleets_policy_silences_until_its_day_and_a_changed_one_is_due(fleet: Fleet, shop: Git) -> None:
    target = fleet.store.change(fleet.add(shop.root).id, owner=None, every=86_400)
    assert under(fleet, target, Rules()).silenced == 0
    ids = {one.finding.class_.value: one.finding.id for one in fleet.store.findings(Question(target=target.id))}
    rules = Rules(policy=policy(LEAKY + EVIL.format(id=ids["compromise"])))
    known = intelligence.name(fleet.intel, now=NOW, rules=rules)
    assert [one.why.value for one in fleet.store.due(now=NOW, intelligence=known)] == ["intelligence"]
    quiet = under(fleet, target, rules)
    # Nothing is read again; the lock says where the finding is.
    assert (quiet.did, quiet.verdict, quiet.status, quiet.silenced) == (Did.MATCHED, "clear", 0, 2)
    assert silenced(fleet) == {"leaky": "never called", "evil": "ours"}
    assert under(fleet, target, rules).did is Did.UNCHANGED

    # Its day is over: it counts at the next look, whatever that look does, and the entry is told.
    def later() -> datetime:
        return NOW + 3 * DAY

    assert silenced(fleet, later()) == {}
    again = under(fleet, target, rules, now=later)
    assert (again.did, again.verdict, again.silenced) == (Did.MATCHED, "compromised", 0)
    titles = [one.finding.title for one in fleet.store.findings(Question(target=target.id))]
    assert sum(title.startswith("a suppression ended on 2026-12-01") for title in titles) == 2
    # A target of which it says nothing is not told of entries that mean others.
    shop.commit_files("2", {"package-lock.json": lock(left="1.0.0")})
    under(fleet, target, rules, now=lambda: NOW + 4 * DAY)
    assert fleet.store.findings(Question(target=target.id)) == ()


def test_the_fleets_gate_decides_the_status(fleet: Fleet, shop: Git) -> None:
    shop.commit_files("2", {"package-lock.json": lock(leaky="1.0.0")})
    target = fleet.add(shop.root)
    assert under(fleet, target, Rules()).status == 0
    strict = Rules(policy=policy('[gate]\nvulnerability = "any"\n'))
    assert [under(fleet, target, strict).status for _ in range(2)] == [1, 1]  # matched, and unchanged


def test_a_repositorys_policy_holds_only_where_it_may_and_never_for_a_compromise(fleet: Fleet, shop: Git) -> None:
    target = fleet.add(shop.root)
    under(fleet, target, Rules())
    ids = {one.finding.class_.value: one.finding.id for one in fleet.store.findings(Question(target=target.id))}
    own = '[gate]\ncompromise = "certain"\n' + LEAKY + EVIL.format(id=ids["compromise"])
    shop.commit_files("2", {"pratique.toml": own})
    assert under(fleet, target, Rules()).silenced == 0
    rules = Rules(repositories=True)
    allowed = under(fleet, target, rules)
    assert (allowed.did, allowed.verdict, allowed.status, allowed.silenced) == (Did.READ, "compromised", 1, 1)
    assert silenced(fleet) == {"leaky": "never called"}
    # New intelligence: its policy stands in the repository, which is read again.
    fleet.learn("other", "pkg:npm/nobody-has-it", "1.0.0")
    assert (under(fleet, target, rules).did, silenced(fleet)) == (Did.READ, {"leaky": "never called"})
    assert under(fleet, target, Rules()).silenced == 0  # and no more

    for text, says in (("[[suppress]]\nreason = 1\n", "obeyed in nothing"), (None, "no policy there is obeyed")):
        if text is None:
            (shop.root / "pratique.toml").unlink()
            (shop.root / "pratique.toml").symlink_to("other.toml")
            shop("add", "pratique.toml")
            shop("commit", "--quiet", "--message", "a link")
        else:
            shop.commit_files("3", {"pratique.toml": text})
        assert under(fleet, target, rules).silenced == 0
        problems = fleet.store.snapshots(target.id)[0].coverage.problems
        assert any(says in problem.what for problem in problems), problems


def test_vex_sets_a_vulnerability_aside_and_nothing_else(fleet: Fleet, shop: Git, tmp_path: Path) -> None:
    target = fleet.add(shop.root)
    statement = {"vulnerability": {"name": "GHSA-1"}, "products": [{"@id": "pkg:npm/leaky@1.0.0"}],
                 "status": "not_affected", "justification": "vulnerable_code_not_present"}  # fmt: skip
    compromise = {**statement, "vulnerability": {"name": "M-1"}, "products": [{"@id": "pkg:npm/evil@1.0.0"}]}
    document = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.invalid/1", "author": "ann",
                "timestamp": "2026-11-01T00:00:00Z", "version": 1, "statements": [statement, compromise]}  # fmt: skip
    path = tmp_path / "vex.json"
    path.write_text(json.dumps(document))
    rules = ruled.given(None, [path], repositories=False, now=NOW)
    assert not rules.rereads
    assert under(fleet, target, rules).silenced == 1
    assert list(silenced(fleet)) == ["leaky"]
    assert list(silenced(fleet, datetime(2030, 1, 1, tzinfo=UTC))) == ["leaky"]  # a statement has no end
    assert under(fleet, target, Rules()).silenced == 0


def test_a_policy_that_cannot_be_obeyed_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "fleet.toml").write_text("[gate]\ncompromise = 7\n")
    with pytest.raises(UsageError):
        ruled.given(tmp_path / "fleet.toml", [], repositories=False, now=NOW)
    with pytest.raises(UsageError, match="no such file"):
        ruled.given(None, [tmp_path / "none.json"], repositories=False, now=NOW)


def test_names_tell_rules_apart(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(LEAKY)
    plain = Rules(policy=policed.given(tmp_path / "a.toml", NOW))
    names = {ruled.name(one, now=NOW) for one in (Rules(), plain, Rules(repositories=True), Rules(policy=policy(EVIL)))}
    assert len(names) == 4
    assert ruled.name(plain, now=NOW) != ruled.name(plain, now=NOW + 3 * DAY)
    assert ruled.name(Rules(), now=NOW) == ""
