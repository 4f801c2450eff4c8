"""Organisations and groups, asked from real servers: pages, limits, names that change, and what leads astray."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.errors import EngineError, InputError, UsageError
from scanner.fleet import listings
from scanner.fleet.listings import asking, clones
from scanner.fleet.store import Store, open_store
from scanner.pipeline.fleet import addresses, listing, selection
from scanner.pipeline.fleet.listing import How, Refreshed
from tests.factories import NOW
from tests.fleet.services import GitHub, GitLab, Service
from tests.servers import Answer, Question

TOKEN = "".join(("gh", "p_", "0" * 36))


@pytest.fixture
def github() -> Iterator[GitHub]:
    hub = GitHub()
    with hub.running():
        yield hub


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    lab = GitLab()
    with lab.running():
        yield lab


class Fleet:
    """A store that lists, with a clock that only waiting and asking move."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.slept: list[float] = []
        ticks = count()
        self.settings = listing.Settings(
            environ={"GITHUB_TOKEN": TOKEN, "GITLAB_TOKEN": TOKEN},
            now=lambda: NOW + timedelta(seconds=next(ticks) + sum(self.slept)),
            sleep=self.slept.append,
        )

    def add(self, service: Service, **fields: Any) -> Refreshed:
        kind, name, path = (
            ("github", "acme", "") if isinstance(service, GitHub) else ("gitlab", "acme/platform", "/api/v4")
        )
        how = How(kind=kind, api=listing.api_of(kind, service.url + path, {}), name=name, **fields)
        return listing.add(self.store, how, every=72_000, settings=self.settings)

    def again(self) -> Refreshed:
        (found,) = listing.refresh(self.store, self.settings)
        return found

    def addresses(self) -> list[str]:
        return [target.address.rpartition("/")[2] for target in self.store.targets()]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Store]:
    """On SQLite: what differs between the databases is below `Store`, and tested there."""
    with open_store(tmp_path / "fleet.sqlite") as store:
        yield store


@pytest.fixture
def fleet(alone: Store) -> Fleet:
    return Fleet(alone)


def test_all_pages_of_an_organisation(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(number, f"r{number:03}", private=number % 2 == 0) for number in range(250)]
    told = fleet.add(github, owner="platform", labels=("nightly",))
    assert (told.seen, told.visible, told.status, told.anonymous) == (250, {"private": 125, "public": 125}, 0, False)
    assert len(fleet.store.targets()) == 250
    assert [question.query.get("page") for question in github.asked] == [None, "2", "3"]
    assert {question.headers["authorization"] for question in github.asked} == {f"Bearer {TOKEN}"}
    first = fleet.store.target(1)
    assert (first.kind, first.owner, first.every, first.labels) == (
        "git-url",
        "platform",
        72_000,
        frozenset(("nightly",)),
    )
    assert TOKEN not in repr((fleet.store.listings(), fleet.store.targets(), told))


def test_all_pages_where_a_proxy_takes_the_links_away(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(number, f"r{number:03}") for number in range(200)]

    def plain(question: Question) -> Answer:
        page = int(question.query.get("page", "1"))
        return github.body(github.items[(page - 1) * 100 : page * 100])

    github.instead = [plain] * 3
    assert (fleet.add(github).seen, len(github.asked)) == (200, 3)


@pytest.mark.parametrize("keyset", [True, False])
def test_all_pages_of_a_group_and_below_it(fleet: Fleet, gitlab: GitLab, keyset: bool) -> None:
    gitlab.keyset = keyset
    gitlab.items = [gitlab.project(number, f"acme/platform/sub/p{number}") for number in range(1, 251)]
    told = fleet.add(gitlab)
    assert (told.seen, told.visible, len(fleet.store.targets())) == (250, {"private": 250}, 250)
    assert {question.query["include_subgroups"] for question in gitlab.asked} == {"true"}
    assert fleet.store.listings()[0].name.startswith("gitlab:acme/platform@127.0.0.1:")


def test_what_is_left_out_is_counted(fleet: Fleet, github: GitHub) -> None:
    github.items = [
        github.repository(1, "a"),
        github.repository(2, "old", archived=True),
        github.repository(3, "fork", fork=True, visibility="internal"),
        github.repository(4, "empty", size=0),
        github.repository(5, "tiny", size=0, visibility="\x1b[31m"),
    ]
    told = fleet.add(github)
    assert told.left_out == {"archived": 1, "a fork": 1, "empty": 1}
    assert told.visible == {"private": 3, "internal": 1, "of unknown visibility": 1}
    assert fleet.addresses() == ["a.git", "tiny.git"]
    assert fleet.add(github, forks=True, archived=True).left_out == {"empty": 1}
    assert len(fleet.addresses()) == 4


def test_without_a_token_only_the_public_is_seen_and_that_is_said(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(1, "a"), github.repository(2, "b", private=False)]
    fleet.settings = listing.Settings(environ={}, now=lambda: NOW)
    told = fleet.add(github)
    assert (told.seen, told.visible, told.anonymous) == (1, {"public": 1}, True)


def test_who_has_no_key_calls_nothing_gone(fleet: Fleet, github: GitHub) -> None:
    """Somebody runs `fleet scan` without the token that cron has; the past of what he cannot see is not given away."""
    github.items = [github.repository(1, "open", private=False), github.repository(2, "closed")]
    fleet.add(github)
    signed, fleet.settings = fleet.settings, msgspec.structs.replace(fleet.settings, environ={})
    blind = fleet.again()
    assert (blind.anonymous, blind.seen, blind.changed.gone) == (True, 1, ())
    assert [one.gone for one in fleet.store.members()] == [None, None]
    fleet.settings, github.items = signed, github.items[:1]
    assert [why for _, _, why in fleet.again().changed.gone] == ["it is listed no longer"]


def test_topics_become_labels_and_name_the_owner(fleet: Fleet, github: GitHub) -> None:
    github.items = [
        github.repository(1, "a", topics=["go", "team-web", "team-api"]),
        github.repository(2, "b", topics=["x" * 300, " ", "team-"]),
    ]
    fleet.add(github, owner="platform", owner_from="topic:team-")
    one, two = fleet.store.targets()
    assert (one.owner, one.labels) == ("api", frozenset(("go", "team-web", "team-api")))
    assert (two.owner, two.labels) == ("platform", frozenset(("x" * 100, "team-")))
    with pytest.raises(UsageError, match="no prefix"):
        fleet.add(github, owner_from="topic:")


def test_a_night_later(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(number, name) for number, name in enumerate("abcd", 1)]
    fleet.add(github)
    github.items = [
        github.repository(1, "a"),
        github.repository(2, "renamed"),
        github.repository(3, "c", archived=True),
        github.repository(5, "new"),
        github.repository(1, "a"),  # pages that move show one twice
    ]
    changed = fleet.again().changed
    assert [after.rpartition("/")[2] for _, _, after in changed.renamed] == ["renamed.git"]
    assert [(address.rpartition("/")[2], why) for _, address, why in changed.gone] == [
        ("c.git", "archived"),
        ("d.git", "it is listed no longer"),
    ]
    assert len(changed.added) == 1
    assert fleet.addresses() == ["a.git", "renamed.git", "c.git", "d.git", "new.git"]
    github.items[2]["archived"] = False
    assert [address.rpartition("/")[2] for _, address in fleet.again().changed.back] == ["c.git"]


def test_a_listing_that_breaks_off_or_is_suddenly_empty_changes_nothing(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(number, f"r{number}") for number in range(150)]
    fleet.add(github)
    whole = github.items
    github.instead = [lambda _: None, lambda _: (403, {}, b"")]
    github.items = [*whole[:120], github.repository(900, "new")]
    broken = fleet.again()
    assert (broken.status, "the token in GITHUB_TOKEN or GH_TOKEN" in broken.failure) == (3, True)
    github.items = []
    empty = fleet.again()
    assert (empty.status, "named 150 before" in empty.failure) == (3, True)
    assert fleet.store.listings()[0].failure == empty.failure
    assert not [member for member in fleet.store.members() if member.gone is not None]
    github.items = whole
    assert fleet.again().status == 0
    assert fleet.store.listings()[0].failure is None


def limited(**headers: str) -> Any:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: (403 if "X-RateLimit-Reset" in said else 429, said, b'{"message": "rate limit"}')


def test_it_waits_as_long_as_it_is_told_to(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(1, "a")]
    soon = str(int(NOW.timestamp()) + 40)
    github.instead = [
        limited(Retry_After="7"),
        limited(X_RateLimit_Remaining="0", X_RateLimit_Reset=soon),
        limited(),
    ]
    assert fleet.add(github).seen == 1
    assert fleet.slept[0] == 7
    assert 30 < fleet.slept[1] < 41
    assert fleet.slept[2:] == [60]


@pytest.mark.parametrize(
    "headers",
    [{"Retry_After": "3600"}, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(int(NOW.timestamp()) + 3600)}],
    ids=["seconds", "reset"],
)
def test_it_says_when_to_come_back_where_that_is_too_long(
    fleet: Fleet, github: GitHub, headers: dict[str, str]
) -> None:
    github.instead = [limited(**headers)]
    hour = (NOW + timedelta(hours=1)).astimezone(UTC).strftime("%Y-%m-%d %H:")
    with pytest.raises(EngineError, match=f"no more questions before {hour}"):
        fleet.add(github)
    assert (fleet.slept, fleet.store.listings(), fleet.store.targets()) == ([], (), ())


def test_one_that_always_says_later_is_given_up(fleet: Fleet, github: GitHub) -> None:
    github.instead = [limited(Retry_After="0")] * 100
    fleet.settings = msgspec.structs.replace(fleet.settings, patience=20)
    with pytest.raises(EngineError, match="no more questions"):
        fleet.add(github)
    assert sum(fleet.slept) <= 20


def test_a_date_to_come_back_at(fleet: Fleet, github: GitHub) -> None:
    later = (NOW + timedelta(seconds=30)).astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    github.items = [github.repository(1, "a")]
    github.instead = [limited(Retry_After=later)]
    fleet.add(github)
    assert 20 < fleet.slept[0] <= 30


def test_pages_without_end(fleet: Fleet, github: GitHub) -> None:
    def to(where: str) -> Answer:
        return github.body([github.repository(1, "a")], Link=f'<{where}>; rel="next"')

    def here(question: Question) -> Answer:
        return to(f"{github.url}{question.path}?type=all&sort=full_name&per_page=100")

    pages = count()

    def ever_new(_: Question) -> Answer:
        return to(f"{github.url}/?page={next(pages)}")

    def elsewhere(_: Question) -> Answer:
        return to("https://other.invalid/steal")

    for lie, says in ((here, "lead back"), (ever_new, "same page again"), (elsewhere, "at another server")):
        github.instead = [lie] * 50
        with pytest.raises(EngineError, match=says):
            fleet.add(github)
    assert fleet.store.targets() == ()


def test_pages_that_are_new_for_ever(fleet: Fleet, github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = count()

    def another(_: Question) -> Answer:
        number = next(pages)
        return github.body([github.repository(number, f"r{number}")], Link=f'<{github.url}/?page={number}>; rel="next"')

    monkeypatch.setattr(asking, "MOST_PAGES", 20)
    github.instead = [another] * 50
    with pytest.raises(EngineError, match="more than 20 pages"):
        fleet.add(github)
    monkeypatch.setattr(listing, "MOST_ENTRIES", 10)
    with pytest.raises(InputError, match="more than 10 entries"):
        fleet.add(github)
    slow = count(step=1000)
    fleet.settings = msgspec.structs.replace(fleet.settings, now=lambda: NOW + timedelta(seconds=next(slow)))
    with pytest.raises(EngineError, match="longer than an hour"):
        fleet.add(github)
    assert fleet.store.targets() == ()


def test_a_token_without_single_sign_on(fleet: Fleet, github: GitHub) -> None:
    github.instead = [lambda _: (403, {"X-GitHub-SSO": "required; url=https://127.0.0.1/x"}, b"")]
    with pytest.raises(EngineError, match=r"answers 403.*single sign-on"):
        fleet.add(github)


def test_targets_are_chosen_by_their_listing(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(number, f"r{number}") for number in (1, 2)]
    name = fleet.add(github).listing
    fleet.store.add("https://git.invalid/other", kind="git-url", now=NOW)
    github.items.pop()
    fleet.again()
    for selector, ids in ((f"listing:{name}", [1, 2]), (f"gone:{name}", [2])):
        assert [target.id for target in selection.chosen(fleet.store, [selector])] == ids


def test_a_redirect_elsewhere_gets_no_token(fleet: Fleet, github: GitHub) -> None:
    other = GitHub()
    with other.running():
        github.instead = [lambda question: (301, {"Location": f"{other.url}{question.path}?per_page=100"}, b"")]
        fleet.add(github)
    assert [("authorization" in question.headers) for question in other.asked] == [False]


@pytest.mark.parametrize(
    ("body", "says"), [(b"<html>", "not JSON"), (b'{"message": 1}', "unexpected"), (b"[" * 100_000, "deep|nested|JSON")]
)
def test_answers_that_are_none(fleet: Fleet, github: GitHub, body: bytes, says: str) -> None:
    github.instead = [lambda _: (200, {}, body)]
    with pytest.raises(InputError, match=says):
        fleet.add(github)


def test_one_bad_entry_is_told_and_hides_no_other(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(number, f"r{number}") for number in (1, 2, 3)]
    fleet.add(github)
    github.items[1]["id"] = "no number"
    github.items[2]["clone_url"] = "https://other.invalid/acme/r3.git"
    github.items.append(github.repository(4, "r4", clone_url=github.items[0]["clone_url"]))
    told = fleet.again()
    assert (told.status, told.changed.gone, told.changed.added, len(told.problems)) == (3, (), (), 3)
    assert told.problems[2].what == "its address is that of another one"
    assert "leads to another host than the API's: other.invalid" in told.problems[1].what
    assert all(member.gone is None for member in fleet.store.members())


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://evil.invalid/a/b.git", "another host"),
        ("https://127.0.0.1@evil.invalid/a", "name or password"),
        ("https://me:secret@127.0.0.1/a", "name or password"),
        ("http://127.0.0.1/a/b.git", "not one of https or ssh"),
        ("ext::sh -c id", "no address may"),
        ("ext::sh%20-c%20id", "not one of https or ssh"),
        ("--upload-pack=touch", "not one of https or ssh"),
        ("ssh://-oProxyCommand=id/x", "another host"),
        ("ssh://-x@127.0.0.1/x", "name or password"),
        ("file:///etc/passwd", "not one of https or ssh"),
        ("https://127.0.0.1:x/a", "none"),
        ("https://127.0.0.1/", "not one of https or ssh"),
        ("https://127.0.0.1/a\n--x", "no address may"),
        ("https://127.0.0.1/\u202ea", "no address may"),
        ("https://127.0.0.1/" + "a" * 2000, "no address may"),
        ("", "not one of https or ssh"),
    ],
)
def test_addresses_that_lead_astray(address: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        clones.checked(address, "https://127.0.0.1/api/v3")


def test_addresses_of_the_server_itself() -> None:
    for address, api, becomes in (
        ("https://github.com/a/b.git", "https://api.github.com", None),
        ("git@github.com:a/b.git", "https://api.github.com", "ssh://git@github.com/a/b.git"),
        ("https://acme.ghe.com/a/b", "https://api.acme.ghe.com", None),
        ("ssh://git@Git.invalid:2222/a/b", "https://git.invalid:8443/api/v4", None),
    ):
        assert clones.checked(address, api) == (becomes or address)
    with pytest.raises(InputError, match="another host"):
        clones.checked("https://evil.invalid/a", "https://api.evil.invalid")


def test_apis(fleet: Fleet) -> None:
    assert listing.api_of("github", None, {}) == "https://api.github.com"
    assert (
        listing.api_of("gitlab", None, {"CI_API_V4_URL": "https://git.invalid/api/v4/"}) == "https://git.invalid/api/v4"
    )
    for api, says in (
        ("http://git.invalid/api/v4", "comes over plain http"),
        ("https://me:x@git.invalid", "seen by others"),
        ("ftp://git.invalid", "not an http"),
        ("https://git.invalid/?a=b", "no address of an API"),
    ):
        with pytest.raises(UsageError, match=says):
            listing.api_of("gitlab", api, fleet.settings.environ)


def test_a_list_of_addresses_is_read_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_MOST_LINES", 2)
    (tmp_path / "list").write_text("a\n# b\nc\n")
    assert addresses.lines(tmp_path / "list") == ["a", "c"]
    (tmp_path / "list").write_text("a\nb\nc\n")
    with pytest.raises(UsageError, match="more than 2 addresses"):
        addresses.lines(tmp_path / "list")


def test_what_is_due(fleet: Fleet, github: GitHub) -> None:
    github.items = [github.repository(1, "a")]
    fleet.add(github)
    (kept,) = fleet.store.listings()
    at: datetime = kept.checked or NOW
    assert not listing.is_due(kept, at + timedelta(hours=19))
    assert listing.is_due(kept, at + timedelta(hours=21))
    assert listing.refresh(fleet.store, fleet.settings, due=True) == ()
    assert listing.is_due(kept, at - timedelta(days=30))  # a clock was wrong
    fleet.store.listing_failed(kept.id, "no answer")
    assert len(listing.refresh(fleet.store, fleet.settings, due=True)) == 1
    with pytest.raises(UsageError, match="no listing 'nobody'"):
        listing.refresh(fleet.store, fleet.settings, names=["nobody"])


def test_a_listing_that_this_pratique_does_not_know_hides_no_other(
    fleet: Fleet, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another version of it keeps one; and one that would send a key in the clear; and one that trips us."""
    newer = fleet.store.remember_listing(
        "forge:acme", how='{"kind":"forge","api":"https://x.invalid","name":"a"}', every=1
    )
    clear = fleet.store.remember_listing("s3:b", how='{"kind":"s3","api":"http://x.invalid","name":"b"}', every=1)
    github.items = [github.repository(1, "a")]
    fleet.add(github)
    assert [listing.anonymous(one, fleet.settings) for one in (newer, clear)] == [False, False]
    told = listing.refresh(fleet.store, fleet.settings)
    assert [(one.listing, bool(one.failure)) for one in told] == [
        ("forge:acme", True), ("s3:b", True), (told[2].listing, False),
    ]  # fmt: skip
    assert "does not know" in told[0].failure
    monkeypatch.setattr(listings.github, "listed", lambda *_: [][0])
    (*_, tripped) = listing.refresh(fleet.store, fleet.settings)
    assert "a bug of ours" in tripped.failure
    assert listing.status(told) == 3


def test_the_table_of_listings_is_the_folder() -> None:
    folder = Path(listings.__file__).parent
    kinds = {path.stem for path in folder.glob("*.py") if "\nNAME = " in path.read_text()}
    assert kinds == {module.__name__.rpartition(".")[2] for module in listings.LISTINGS}  # type: ignore[attr-defined]  # modules they are
