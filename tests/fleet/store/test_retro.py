"""Who ever had it: by package, and by anything that a list names."""

from __future__ import annotations

import hashlib

import pytest

from scanner.errors import InputError
from scanner.fleet.store import Store
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Component, Origin
from scanner.model.finding import State
from tests.factories import NOW, indicator
from tests.fleet.samples import DAY, component, held, recorded, snapshot

SHA512 = hashlib.sha512(b"evil").hexdigest()
COMMIT = "c0ffee" * 6 + "abcd"


def target(store: Store, address: str = "https://git.example.invalid/a", owner: str | None = None) -> int:
    return store.add(address, kind="git", now=NOW, owner=owner).id


def with_one(store: Store, found: Component, path: str = "package-lock.json") -> None:
    recorded(store, target(store), snapshot(1, held(path, found)))


def package(purl: str, **fields: object) -> Indicator:
    return indicator(IndicatorType.PACKAGE, purl, **fields)


def test_who_had_a_package_where_and_from_when_to_when(store: Store) -> None:
    bad, good, other = (component(f"pkg:npm/{one}") for one in ("axios@1.14.1", "axios@1.14.2", "left@1.0.0"))
    mine, yours = target(store, "mine", "ann"), target(store, "yours")
    recorded(
        store,
        mine,
        snapshot(1, held("web/package-lock.json", bad)),
        snapshot(2, held("web/package-lock.json", bad, other)),  # the file changes, the package stays
        snapshot(4, held("web/package-lock.json", good)),
        snapshot(6, held("web/package-lock.json", bad)),
    )
    recorded(store, yours, snapshot(3, held("package-lock.json", good)))
    told = [
        (one.address, one.owner, one.path, one.first, one.last, one.gone)
        for one in store.sightings("npm", "axios", "1.14.1")
    ]
    assert told == [
        ("mine", "ann", "web/package-lock.json", NOW + DAY, NOW + 2 * DAY, NOW + 4 * DAY),
        ("mine", "ann", "web/package-lock.json", NOW + 6 * DAY, NOW + 6 * DAY, None),
    ]
    assert {one.address for one in store.sightings("npm", "axios")} == {"mine", "yours"}
    assert store.sightings("npm", "axio") == store.sightings("PyPI", "axios") == ()


@pytest.mark.parametrize(
    ("asked", "found", "state"),
    [
        (package("pkg:npm/evil", versions=("1.0.0",)), "pkg:npm/evil@1.0.0", State.CERTAIN),
        (package("pkg:npm/evil", versions=("1.0.0",)), "pkg:npm/evil@1.0.1", None),
        (package("pkg:npm/evil"), "pkg:npm/evil@7.0.0", State.CERTAIN),
        (package("pkg:npm/%40a/evil"), "pkg:npm/%40A/Evil@7.0.0", State.CERTAIN),
        (package("pkg:pypi/e-vil", versions=("1.0",)), "pkg:pypi/E_vil@1.0.0", State.CERTAIN),
        (package("pkg:npm/evil", versions=(), range="1.0.0..<1.2.0"), "pkg:npm/evil@1.1.9", State.CERTAIN),
        (package("pkg:npm/evil", versions=(), range="1.0.0..<1.2.0"), "pkg:npm/evil@1.2.0", None),
        (package("pkg:npm/evil", hint=True), "pkg:npm/evil@7.0.0", State.POSSIBLE),
        (package("pkg:npm/evil", excluded=("1.*",)), "pkg:npm/evil@1.5.0", None),
        (package("pkg:golang/evil.invalid/x"), "pkg:npm/x@1", None),
    ],
)  # fmt: skip
def test_versions_are_judged_in_their_own_order(
    store: Store, asked: Indicator, found: str, state: State | None
) -> None:
    with_one(store, component(found))
    assert [one.state for one in store.retro_match([asked])] == ([] if state is None else [state])


def test_a_near_miss_is_told_where_it_is_asked_for(store: Store) -> None:
    with_one(store, component("pkg:npm/evil@2.0.0"))
    (near,) = store.retro_match([package("pkg:npm/evil", versions=("1.0.0",))], near_misses=True)
    assert (near.state, near.reason) == (State.NEAR_MISS, "another version of this package is bad")


@pytest.mark.parametrize(("origin", "found"), [(Origin.WORKSPACE, []), (Origin.URL, [State.POSSIBLE])])
def test_a_name_proves_no_more_than_where_it_comes_from(store: Store, origin: Origin, found: list[State]) -> None:
    with_one(store, component("pkg:npm/evil@1.0.0", origin=origin))
    assert [one.state for one in store.retro_match([package("pkg:npm/evil")])] == found


def test_a_requirement_is_possible_unless_a_lock_pins_it(store: Store) -> None:
    wanted = component("pkg:npm/evil", version=None, constraint="^1.0.0")
    safe = component("pkg:npm/evil@1.5.0")
    bad = [package("pkg:npm/evil", versions=("1.0.0",))]
    manifest = held("web/app/package.json", wanted)
    with_one(store, wanted, "web/app/package.json")
    (possible,) = store.retro_match(bad)
    assert (possible.state, possible.sighting.path) == (State.POSSIBLE, "web/app/package.json")
    other = target(store, "locked")
    recorded(store, other, snapshot(1, manifest, held("web/package-lock.json", safe)))
    assert [one.sighting.address for one in store.retro_match(bad)] == ["https://git.example.invalid/a"]


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        (indicator(IndicatorType.DIGEST, f"sha512:{SHA512}"), {"digests": (f"sha512:{SHA512}",)}),
        (indicator(IndicatorType.DOMAIN, "evil.invalid"), {"source_url": "https://cdn.evil.invalid:8443/x.tgz"}),
        (indicator(IndicatorType.DOMAIN, "evil.invalid"), {"urls": ("http://me@EVIL.invalid",)}),
        (indicator(IndicatorType.IP, "203.0.113.9"), {"source_url": "http://203.0.113.9/x.tgz"}),
        (indicator(IndicatorType.IP, "2001:db8::9"), {"source_url": "http://[2001:db8::9]:80/x.tgz"}),
        (indicator(IndicatorType.URL, "https://h.invalid/a/b"), {"source_url": "http://h.invalid/a/b/c.tgz"}),
        (indicator(IndicatorType.URL, "https://h.invalid/a/b.tgz"), {"source_url": "https://h.invalid/a/b.tgz?x=1"}),
        (indicator(IndicatorType.REPOSITORY, "git.invalid/me/x"), {"source_url": "git+ssh://git@git.invalid/me/x.git#1"}),
        (indicator(IndicatorType.REPOSITORY, "git.invalid/me/x"), {"urls": ("git@git.invalid:Me/x.git",)}),
        (indicator(IndicatorType.COMMIT, COMMIT), {"source_url": f"https://git.invalid/y#{COMMIT}"}),
        (indicator(IndicatorType.COMMIT, COMMIT), {"version": COMMIT}),
    ],
)  # fmt: skip
def test_what_a_component_says_of_itself_is_found(store: Store, asked: Indicator, fields: dict[str, object]) -> None:
    with_one(store, component("pkg:npm/plain@1.0.0", **fields))
    (hit,) = store.retro_match([asked])
    assert (hit.state, hit.indicator) == (State.CERTAIN, asked)


@pytest.mark.parametrize(
    ("asked", "url"),
    [
        (indicator(IndicatorType.DOMAIN, "evil.invalid"), "https://notevil.invalid/x"),
        (indicator(IndicatorType.DOMAIN, "evil.invalid"), "https://evil.invalid.example.invalid/x"),
        (indicator(IndicatorType.DOMAIN, "evil.invalid"), "https://h.invalid/evil.invalid"),
        (indicator(IndicatorType.URL, "https://h.invalid/a/b"), "https://h.invalid/a/bc"),
        (indicator(IndicatorType.URL, "https://h.invalid/a/b"), "https://h.invalid/a"),
        (indicator(IndicatorType.REPOSITORY, "git.invalid/me/x"), "https://git.invalid/me/x-honest"),
    ],
)
def test_what_only_looks_alike_is_spared(store: Store, asked: Indicator, url: str) -> None:
    with_one(store, component("pkg:npm/plain@1.0.0", source_url=url))
    assert store.retro_match([asked]) == ()


def test_what_proves_nothing_alone_is_a_near_miss(store: Store) -> None:
    with_one(store, component("pkg:npm/plain@1.0.0", source_url="https://evil.invalid/x"))
    assert store.retro_match([indicator(IndicatorType.DOMAIN, "evil.invalid", alone=False)]) == ()


def test_subresource_integrity_is_a_digest(store: Store) -> None:
    import base64

    spelled = "sha512-" + base64.b64encode(bytes.fromhex(SHA512)).decode()
    with_one(store, component("pkg:npm/renamed@1.0.0", digests=(spelled,)))
    (hit,) = store.retro_match([indicator(IndicatorType.DIGEST, f"sha512:{SHA512}")])
    assert hit.sighting.component.digests == (spelled,)


def test_many_indicators_are_told_in_their_order_and_what_is_not_in_the_store_is_passed_over(store: Store) -> None:
    with_one(store, component("pkg:npm/evil@1.0.0", source_url="https://evil.invalid/x"))
    asked = [
        indicator(IndicatorType.STRING, "evil-string"),
        indicator(IndicatorType.DOMAIN, "evil.invalid"),
        *(package(f"pkg:npm/other-{number}") for number in range(1000)),
        package("pkg:npm/evil"),
    ]
    assert [one.indicator.type for one in store.retro_match(asked)] == [IndicatorType.DOMAIN, IndicatorType.PACKAGE]
    assert store.retro_match([]) == ()


def test_a_package_of_no_known_ecosystem_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="no ecosystem"):
        store.retro_match([package("pkg:unheard-of/x")])
    with_one(store, component("pkg:npm/evil@1.0.0"))
    assert len(store.retro_match([package("pkg:npm/evil")])) == 1  # nothing of the refused question is left
