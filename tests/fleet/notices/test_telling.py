"""An incident is one message a team, whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scanner.fleet.store import Store, open_store
from scanner.fleet.store.exposures import Match, Seen
from scanner.model.finding import FindingClass, Severity, State
from scanner.pipeline.fleet import noticing
from tests.conftest import ROOT
from tests.factories import NOW
from tests.fleet.notices.fleets import ENVIRON, WORM, at, clean, failing, hit, hook, recorded, settings, targets
from tests.fleet.notices.receivers import Recorder, issues, recording
from tests.fleet.samples import finding, snapshot


@pytest.fixture
def soc() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture
def web() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


def titles(recorder: Recorder) -> list[str]:
    return [one["data"]["title"] for one in recorder.bodies]


def test_five_hundred_targets_are_one_message_a_team(
    store: Store, tmp_path: Path, soc: Recorder, web: Recorder
) -> None:
    text = f"""default = ["soc"]\npublic_url = "https://fleet.example.invalid/"
{hook("soc", soc.url)}{hook("web", web.url)}
[[route]]
owner = "team-web"
channels = ["web"]
"""
    ids = targets(store, 500, owners=["team-web", "team-api", *[f"team-{n}" for n in range(48)]])
    hit(store, ids)
    told = noticing.tell(store, settings(tmp_path, text), now=NOW)
    assert (len(told.sent), told.status, told.failed) == (2, 0, ())
    assert (len(soc.asked), len(web.asked)) == (1, 1)
    assert titles(web) == ["Compromise: Worm of tests: 10 targets"]
    assert titles(soc) == ["Compromise: Worm of tests: 490 targets"]
    data = soc.bodies[0]["data"]
    assert (len(data["items"]), data["more"], data["new_targets"], data["all_targets"]) == (10, 480, 490, 490)
    assert data["statements"] == ["A vendor names SANDY CAT (likely), https://vendor.invalid/worm"]
    assert data["link"] == "https://fleet.example.invalid/campaigns/worm"
    assert len(told.unrouted) == 49
    assert "team-web" not in told.unrouted
    assert any("Owners without a route: team-0, team-1" in one for one in data["text"])
    again = noticing.tell(store, settings(tmp_path, text), now=at(48))
    assert again == noticing.Told()


def test_further_targets_are_updates_at_growing_intervals(alone: Store, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    ids = targets(alone, 60)
    hit(alone, ids[:10])
    noticing.tell(alone, ways, now=NOW)
    for n in range(10, 60):  # one a quarter of an hour, and somebody asks after each
        hit(alone, ids[n : n + 1])
        noticing.tell(alone, ways, now=at((n - 9) / 4))
    assert titles(soc) == [
        "Compromise: Worm of tests: 10 targets",
        "Update: Worm of tests: 4 further targets, 14 in all",  # after an hour
        "Update: Worm of tests: 8 further targets, 22 in all",  # two more
        "Update: Worm of tests: 16 further targets, 38 in all",  # four more
    ]
    assert noticing.tell(alone, ways, now=at(15)).sent[0][1].title.startswith("Update: Worm of tests: 22 further")
    assert len({one["data"]["incident"] for one in soc.bodies}) == 1
    assert len({one.headers["webhook-id"] for one in soc.asked}) == len(soc.asked)


def test_a_channel_that_is_down_for_three_runs_gets_one_message(
    store: Store, tmp_path: Path, soc: Recorder, web: Recorder
) -> None:
    ways = settings(
        tmp_path,
        f"""default = ["soc", "web"]\n{hook("soc", soc.url)}{hook("web", web.url)}""",
    )
    soc.status = 400
    ids = targets(store, 9)
    for run in range(3):
        hit(store, ids[run * 2 : run * 2 + 2])
        failing(store, ids[8 - run])
        told = noticing.tell(store, ways, now=at(24 * run))
        assert [one.channel for one in told.failed] == ["soc"]
        assert told.status == 3
    assert len(web.asked) > 2  # the other was told every night
    (why,) = noticing.tell(store, ways, now=at(48)).failed
    assert why.why.startswith("left alone until 2026-12-01 12:04 UTC after: the server answers 400")
    (state,) = [one for one in store.notices.channels() if one.channel == "soc"]
    assert (state.failures, state.since, state.waiting) == (3, NOW, 2)
    assert state.failure is not None
    assert "400" in state.failure
    soc.status, soc.asked = 204, []
    assert noticing.tell(store, ways, now=at(72)).status == 0
    (body,) = soc.bodies
    assert body["type"] == "pratique.backlog.sent"
    assert body["data"]["notices"] == ["Compromise: Worm of tests: 6 targets", "Scans: cannot be looked at: 3 targets"]
    assert noticing.tell(store, ways, now=at(73)).sent == ()
    hit(store, ids[:1], finding("other", title="Another evil"), day=5)
    noticing.tell(store, ways, now=at(74))
    assert titles(soc)[1:] == ["Compromise: Another evil (example): 1 target"]


def test_one_incident_after_an_outage_is_that_incident(alone: Store, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    ids = targets(alone, 6)
    soc.status = 500
    for run in range(3):
        hit(alone, ids[run * 2 : run * 2 + 2])
        noticing.tell(alone, ways, now=at(24 * run))
    soc.status, soc.asked = 200, []
    noticing.tell(alone, ways, now=at(72))
    assert titles(soc) == ["Compromise: Worm of tests: 6 targets"]


def test_two_who_tell_at_once_tell_once(opened: Callable[[], Store], where: str, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    hit(opened(), targets(opened(), 40))

    def tell(_: int) -> int:
        with open_store(where) as store:
            return len(noticing.tell(store, ways, now=NOW).sent)

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(tell, range(4)))
    # Whoever was first with the channel may have found a part; the rest is an update an hour later.
    assert sum(sent) == len(soc.asked) == 1
    noticing.tell(opened(), ways, now=at(2))
    assert max(one["data"]["all_targets"] for one in soc.bodies) == 40


def test_killed_in_the_middle_the_same_message_comes_again(
    store: Store, where: str, tmp_path: Path, soc: Recorder
) -> None:
    text = f'default = ["soc"]\n{hook("soc", soc.url)}'
    ways = settings(tmp_path, text)
    hit(store, targets(store, 20))
    environ = {**ENVIRON, "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PRATIQUE_INTEL_DIR": str(tmp_path)}
    words = ["fleet", "notify", "--config", str(tmp_path / "notices.toml"), "--store", where]
    process = subprocess.Popen([sys.executable, "-m", "scanner.cli", *words], cwd=ROOT, env=environ)
    soc.before = lambda: os.kill(process.pid, signal.SIGKILL)  # it is said, and the answer never read
    assert process.wait(30) == -signal.SIGKILL
    soc.before = lambda: None
    (begun,) = [one for one in store.notices.pending("soc") if one.trying is not None]
    told = noticing.tell(store, ways, now=begun.opened)
    assert len(told.sent) == 2  # the feeds, and the worm
    first, second, third = (one.headers["webhook-id"] for one in soc.asked)
    assert first == second == begun.trying
    assert first != third
    assert soc.asked[0].body == soc.asked[1].body
    assert noticing.tell(store, ways, now=begun.opened).sent == ()


def test_killed_after_an_issue_was_made_there_is_still_one_issue(alone: Store, tmp_path: Path) -> None:
    with issues() as github:
        ways = settings(
            tmp_path,
            f"""default = ["issues"]
[channels.issues]
type = "github"
repository = "corp/security"
api = "{github.url}"
token_env = "TOKEN"
labels = ["supply-chain"]
allow_private = true
allow_http = true
""",
        )
        ids = targets(alone, 5)
        hit(alone, ids[:3])
        github.before = lambda asked: (_ for _ in ()).throw(ConnectionError) if asked.method == "POST" else None
        assert noticing.tell(alone, ways, now=NOW).status == 3  # the issue is there, and nobody was told its number
        github.before = lambda _: None
        assert noticing.tell(alone, ways, now=at(1)).status == 0
        assert [one["title"] for one in github.issues.values()] == ["Compromise: Worm of tests: 3 targets"]
        assert github.issues[1]["labels"] == ["supply-chain"]
        assert github.comments[1] == []
        hit(alone, ids[3:4])
        noticing.tell(alone, ways, now=at(3))
        (comment,) = github.comments[1]
        assert comment["body"].startswith("Update: Worm of tests: 1 further target, 4 in all")
        del github.issues[1]  # somebody deletes it: what is new is said in another one
        hit(alone, ids[4:])
        github.issues[7] = {}
        assert noticing.tell(alone, ways, now=at(24)).status == 0
        assert len(github.issues) == 2


def test_verdicts_scans_and_feeds(alone: Store, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}', intel=tmp_path)
    one, two, three = targets(alone, 3, owners=["team-web"])
    hit(alone, [one, two])
    clean(alone, [three], day=1)
    noticing.tell(alone, ways, now=NOW)
    said = titles(soc)
    assert said[0] == "Compromise: Worm of tests: 2 targets"  # how they stood before, nobody was told
    assert [one.startswith("Feeds out of date: ") for one in said[1:]] == [True]
    clean(alone, [one, two], day=2)
    failing(alone, three, times=1)
    noticing.tell(alone, ways, now=at(24))
    assert titles(soc)[2:] == ["Verdict changed: 2 targets"]
    assert soc.bodies[2]["data"]["text"][0] == "2 compromised → clear."
    failing(alone, three, times=1)
    noticing.tell(alone, ways, now=at(25))
    assert titles(soc)[3:] == ["Scans: cannot be looked at: 1 target"]
    assert soc.bodies[3]["data"]["items"][0]["why"] == "no such host"
    clean(alone, [three], day=3)
    noticing.tell(alone, ways, now=at(27))
    assert titles(soc)[4:] == ["Update: Scans: looked at again: 1 target"]
    hit(alone, [three], finding("worm", campaign=WORM, state=State.POSSIBLE), day=4)
    noticing.tell(alone, ways, now=at(48))
    assert titles(soc)[5:] == ["Update: Worm of tests: 1 further target, 3 in all"]  # its verdict is no further news


def test_what_was_undone_before_it_could_be_told_is_not_told(alone: Store, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    (one,) = targets(alone, 1)
    soc.status = 400
    failing(alone, one)
    assert noticing.tell(alone, ways, now=NOW).status == 3
    clean(alone, [one], day=1)
    soc.status, soc.asked = 200, []
    told = noticing.tell(alone, ways, now=at(24))
    assert (told.sent, told.status, soc.asked) == ((), 0, [])
    assert alone.notices.waiting() == ()


def test_only_what_somebody_asked_for_is_told(alone: Store, tmp_path: Path, soc: Recorder, web: Recorder) -> None:
    ways = settings(
        tmp_path,
        f"""default = ["soc"]\n{hook("soc", soc.url)}{hook("web", web.url)}
[[route]]
label = "production"
class = "vulnerability"
severity = "high"
channels = ["web"]
""",
    )
    one, two = targets(alone, 2)
    alone.label(two, add=["production"])
    grave = finding("grave", class_=FindingClass.VULNERABILITY, severity=Severity.HIGH, title="grave")
    mild = finding("mild", class_=FindingClass.VULNERABILITY, severity=Severity.LOW, title="mild")
    near = finding("near", state=State.NEAR_MISS)
    hit(alone, [one, two], grave, mild, near)
    noticing.tell(alone, ways, now=NOW)
    assert (titles(soc), titles(web)) == ([], ["Vulnerability: grave (example): 1 target"])


def test_a_preview_sends_nothing_and_notes_nothing(store: Store, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    hit(store, targets(store, 3))
    for _ in range(2):
        ((channel, message),) = noticing.preview(store, ways, now=NOW)
        assert (channel, message.title) == ("soc", "Compromise: Worm of tests: 3 targets")
    assert (soc.asked, store.notices.waiting(), store.notices.channels()) == ([], (), ())
    assert len(noticing.tell(store, ways, now=NOW).sent) == 1


def test_a_secret_that_is_missing_stops_only_its_channel(
    alone: Store, tmp_path: Path, soc: Recorder, web: Recorder
) -> None:
    broken = hook("broken", web.url).replace('"HOOK"', '"NOT_SET"')
    ways = settings(tmp_path, f'default = ["broken", "soc"]\n{hook("soc", soc.url)}{broken}')
    hit(alone, targets(alone, 1))
    told = noticing.tell(alone, ways, now=NOW)
    assert [(one.channel, one.why) for one in told.failed] == [
        ("broken", "the environment variable NOT_SET is not set")
    ]
    assert (len(soc.asked), len(web.asked)) == (1, 0)


def test_many_incidents_at_once_are_one_message(alone: Store, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    found = [finding(f"f{n}", title=f"Evil {n}", claims=()) for n in range(12)]
    hit(alone, targets(alone, 2), *found)
    noticing.tell(alone, ways, now=NOW)
    (body,) = soc.bodies
    assert (body["data"]["title"], len(body["data"]["notices"])) == ("12 notices in one", 12)


def test_a_channel_that_is_not_in_the_file_any_more(alone: Store, tmp_path: Path, soc: Recorder) -> None:
    hit(alone, targets(alone, 1))
    soc.status = 400
    noticing.tell(alone, settings(tmp_path, f'default = ["old"]\n{hook("old", soc.url)}'), now=NOW)
    soc.status, soc.asked = 200, []
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    assert [one.channel for one in noticing.tell(alone, ways, now=at(24)).failed] == ["old"]
    assert noticing.tell(alone, ways, now=at(24 * 8)).status == 3  # told for a week, and then given up
    assert noticing.tell(alone, ways, now=at(24 * 9)).status == 0
    assert soc.asked == []


def test_more_of_it_in_a_target_that_was_told_of(alone: Store, tmp_path: Path, soc: Recorder) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    ids = targets(alone, 2)
    worm = finding("worm", campaign=WORM)
    hit(alone, ids, worm)
    noticing.tell(alone, ways, now=NOW)
    hit(alone, ids[:1], worm, finding("again", "other/package-lock.json", campaign=WORM), day=2)
    noticing.tell(alone, ways, now=at(24))
    assert titles(soc)[1:] == ["Update: Worm of tests: more of it in 1 target that you were told of"]


def test_what_comes_back_or_is_surer_than_before_is_told_though_its_incident_is_young(
    store: Store, tmp_path: Path, soc: Recorder
) -> None:
    text = f'default = ["soc"]\n{hook("soc", soc.url)}[[route]]\nkind = "compromise"\nchannels = ["soc"]\n'
    ways = settings(tmp_path, text)
    ids, worm = targets(store, 1), finding("worm", campaign=WORM)
    near, possible = (
        finding("worm", campaign=WORM, state=state, severity=Severity.LOW)
        for state in (State.NEAR_MISS, State.POSSIBLE)
    )
    for day, found in enumerate(((near,), (possible,), (worm,), (), (worm,), (worm,)), 1):
        hit(store, ids, *found) if day == 1 else recorded(store, ids, snapshot(day, findings=found))
        noticing.tell(store, ways, now=at(24 * day))
    assert [title for title in titles(soc) if "Worm" in title] == [
        "Possible compromise: Worm of tests: 1 target",
        *["Update: Worm of tests: more of it in 1 target that you were told of"] * 2,
    ]
    assert [one.what for one in store.events(target=ids[0])] == ["introduced", "surer", "surer", "gone", "reopened"]


def test_what_trips_us_in_one_channel_silences_no_other(
    alone: Store, tmp_path: Path, soc: Recorder, web: Recorder
) -> None:
    """A newer pratique, beside this one, keeps a kind of notices that this one does not know."""
    ways = settings(tmp_path, f'default = ["a", "b"]\n{hook("a", web.url)}{hook("b", soc.url)}')
    ids = targets(alone, 2)
    hit(alone, ids[:1])
    noticing.tell(alone, ways, now=at(24 * 365))  # and somebody's clock was a year ahead
    hit(alone, ids[1:], day=2)
    alone._database.run("update notice set kind = 'quantum', told = 0 where channel = 'a'")
    told = noticing.tell(alone, ways, now=at(48))
    assert [(one.channel, one.why.partition(",")[0]) for one in told.failed] == [("a", "a bug of ours")]
    assert (len(web.asked), titles(soc)[1:]) == (1, ["Update: Worm of tests: 1 further target, 2 in all"])


def test_a_target_that_has_the_number_of_a_forgotten_one_is_told_of(
    alone: Store, tmp_path: Path, soc: Recorder
) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    for day in (1, 2):
        one = alone.add("https://git.example.invalid/x", kind="git-url", now=at(day)).id
        hit(alone, [one], day=day)
        noticing.tell(alone, ways, now=at(24 * day))
        alone.remove(one)
    assert len(titles(soc)) == 2


def test_many_small_incidents_do_not_push_a_grave_one_out_of_the_message(
    alone: Store, tmp_path: Path, soc: Recorder
) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    noise = [
        finding(f"n{n}", title=f"noise {n}", state=State.POSSIBLE, severity=Severity.LOW, claims=()) for n in range(60)
    ]
    hit(alone, targets(alone, 1), *noise, finding("worm", campaign=WORM))
    noticing.tell(alone, ways, now=NOW)
    (body,) = soc.bodies
    assert body["data"]["title"] == "61 notices in one"
    assert body["data"]["notices"][0] == "Compromise: Worm of tests: 1 target"
    assert body["data"]["severity"] == "critical"


def test_who_had_it_before_it_was_known_is_told_once_and_in_the_same_incident(
    store: Store, tmp_path: Path, soc: Recorder
) -> None:
    ways = settings(tmp_path, f'default = ["soc"]\n{hook("soc", soc.url)}')
    ids = targets(store, 3, owners=["team-web"])
    clean(store, ids, day=1)
    spring = [
        Seen(one, "package-lock.json", "pkg:npm/evil@1.0.0", "1.0.0", State.CERTAIN, "r", at(0), at(24), at(48))
        for one in ids[:2]
    ]
    store.exposures.replace([Match("campaign", "worm", "Worm of tests", "1", tuple(spring))], now=NOW)
    told = noticing.tell(store, ways, now=NOW)
    assert (titles(soc), told.unrouted) == (["Was exposed: Worm of tests: 2 targets"], ("team-web",))
    data = soc.bodies[0]["data"]
    assert "All of it was there before it was known, and no look found it" in " ".join(data["text"])
    assert "held from 2026-11-29 to 2026-11-30" in str(data["items"])
    store.exposures.replace([Match("campaign", "worm", "Worm of tests", "2", tuple(spring))], now=at(9))
    assert noticing.tell(store, ways, now=at(9)).sent == ()
    hit(store, ids[2:], day=2)
    noticing.tell(store, ways, now=at(24))
    assert titles(soc)[1:] == ["Update: Worm of tests: 1 further target, 3 in all"]
    assert len({one["data"]["incident"] for one in soc.bodies}) == 1
