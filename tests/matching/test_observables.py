"""Digests, addresses, commits and products betray a campaign whatever name a component goes by."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner import matching
from scanner.intel.store import Store
from scanner.matching import addresses, products
from scanner.matching.knowledge import Knowledge
from scanner.model.campaign import Indicator, IndicatorType
from scanner.model.component import Component, Origin
from scanner.model.digest import hexadecimal
from scanner.model.finding import Finding, State
from scanner.pipeline import rulebook
from tests.factories import campaign, component, indicator, inventory, knowledge

SHA512 = "ab" * 32 + "cd" * 32
SRI = "sha512-" + base64.b64encode(bytes.fromhex(SHA512)).decode()
COMMIT = "0e58ed8671d6b60d0890c21b07f8835ace038e67"


def run(directory: Path, found: Component, *indicators: Indicator) -> tuple[Finding, ...]:
    return matching.match(
        inventory(found),
        knowledge(directory, (), (campaign(*indicators),)),
        foreign_host=lambda _: None,
        located=lambda reading: [one.location for one in reading.components],
    ).findings


@pytest.mark.parametrize(
    "digest", [SRI, f"sha512:{SHA512}", f"sha512:{SHA512.upper()}", f"SHA-512:{SHA512}", f"sha512:{SRI[7:]}"]
)
def test_a_bad_digest_is_found_in_any_spelling(tmp_path: Path, digest: str) -> None:
    bad = indicator(IndicatorType.DIGEST, f"sha512:{SHA512}", algorithm="sha512")
    (finding,) = run(tmp_path, component("pkg:npm/innocent-name@1.0.0", digests=("sha1:00", digest)), bad)
    assert finding.state is State.CERTAIN
    assert finding.evidence[0].value == digest


def test_another_digest_is_not(tmp_path: Path) -> None:
    bad = indicator(IndicatorType.DIGEST, f"sha512:{SHA512}", algorithm="sha512")
    other = component("pkg:npm/innocent-name@1.0.0", digests=(f"sha512:{'ef' * 64}", "h1:abc=", "nonsense", ""))
    assert run(tmp_path, other, bad) == ()


@pytest.mark.parametrize(
    ("digest", "expected"),
    [(SRI, f"sha512:{SHA512}"), (SRI + "?opt", f"sha512:{SHA512}"), ("h1:x=", None), ("sha256:%%%", None), ("", None)],
)
def test_digests_become_hexadecimal(digest: str, expected: str | None) -> None:
    assert hexadecimal(digest) == expected


@pytest.mark.parametrize(
    ("type_", "value", "fields"),
    [
        (IndicatorType.DOMAIN, "evil.invalid", {"source_url": "https://cdn.evil.invalid/a.tgz"}),
        (IndicatorType.DOMAIN, "evil.invalid", {"urls": ("https://user@EVIL.invalid:8443/x",)}),
        (IndicatorType.IP, "142.11.206.73:8000", {"source_url": "http://142.11.206.73:8000/a"}),
        (IndicatorType.URL, "http://files.invalid/stage/2", {"urls": ("https://files.invalid/stage/2/x",)}),
        (
            IndicatorType.REPOSITORY,
            "github.com/actor/repo",
            {"source_url": "git+https://github.com/Actor/Repo.git#main"},
        ),
        (IndicatorType.REPOSITORY, "github.com/actor/repo", {"source_url": "git@github.com:actor/repo.git"}),
        (IndicatorType.COMMIT, COMMIT, {"source_url": f"git+ssh://git@github.com/a/b.git#{COMMIT}"}),
        (IndicatorType.COMMIT, COMMIT, {"version": COMMIT}),
    ],
)
def test_addresses_and_commits(tmp_path: Path, type_: IndicatorType, value: str, fields: dict[str, Any]) -> None:
    (finding,) = run(tmp_path, component("pkg:npm/a@1.0.0", origin=Origin.GIT, **fields), indicator(type_, value))
    assert finding.state is State.CERTAIN


@pytest.mark.parametrize(
    ("type_", "value", "fields"),
    [
        (IndicatorType.DOMAIN, "evil.invalid", {"source_url": "https://notevil.invalid/a"}),
        (IndicatorType.DOMAIN, "evil.invalid", {"source_url": "https://host.invalid/evil.invalid"}),
        (IndicatorType.URL, "http://files.invalid/stage/2", {"urls": ("https://files.invalid/stage/22",)}),
        (IndicatorType.REPOSITORY, "github.com/actor/repo", {"source_url": "https://github.com/actor/repository"}),
        (IndicatorType.COMMIT, COMMIT, {"source_url": f"git+ssh://git@github.com/a/b.git#{COMMIT}0"}),
    ],
)
def test_neighbours_are_spared(tmp_path: Path, type_: IndicatorType, value: str, fields: dict[str, Any]) -> None:
    assert run(tmp_path, component("pkg:npm/a@1.0.0", **fields), indicator(type_, value)) == ()


def test_what_proves_nothing_by_itself_is_a_near_miss(tmp_path: Path) -> None:
    shared = indicator(IndicatorType.DOMAIN, "tenant.host.invalid", alone=False)
    (finding,) = run(tmp_path, component("pkg:npm/a@1", source_url="https://tenant.host.invalid/a"), shared)
    assert finding.state is State.NEAR_MISS


XZ = indicator(IndicatorType.PRODUCT, "liblzma5", vendor="Tukaani", versions=("5.6.0", "5.6.1"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "pkg:deb/debian/liblzma5@5.6.1-1?distro=debian-13"}, State.CERTAIN),
        ({"text": "pkg:deb/debian/liblzma5@1:5.6.0-0.2"}, State.CERTAIN),
        ({"text": "pkg:deb/debian/liblzma5@5.6.1%2Breally5.4.5-1"}, State.NEAR_MISS),
        ({"text": "pkg:deb/debian/liblzma5@5.4.1-0.2"}, State.NEAR_MISS),
        ({"text": "pkg:generic/liblzma5"}, State.POSSIBLE),
        ({"purl": None, "name": "LibLZMA5", "version": "5.6.1"}, State.CERTAIN),
        (
            {"purl": None, "name": "x", "version": "", "cpes": ("cpe:2.3:a:tukaani:liblzma5:5.6.1:*:*:*:*:*:*:*",)},
            State.CERTAIN,
        ),
        ({"purl": None, "name": "x", "version": "", "cpes": ("cpe:/a:tukaani:liblzma5:5.6.1",)}, State.CERTAIN),
        ({"purl": None, "name": "liblzma5", "version": "5.6.1", "supplier": "Somebody else"}, None),
        ({"text": "pkg:npm/liblzma5@5.6.1"}, None),
    ],
)
def test_products(tmp_path: Path, fields: dict[str, Any], expected: State | None) -> None:
    found = component(fields.pop("text", "pkg:generic/x@1"), **fields)
    states = [finding.state for finding in run(tmp_path, found, XZ)]
    assert states == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("1:5.6.1-1+b2", "5.6.1"),
        ("5.6.1-r0", "5.6.1"),
        ("5.6.1_2", "5.6.1"),
        ("5.6.1+really5.4.5-1", "5.6.1+really5.4.5"),
    ],
)
def test_upstream_versions(version: str, upstream: str) -> None:
    assert products.upstream(version) == upstream


def test_the_quick_look_at_many_components_misses_nothing(compiled: Path) -> None:
    """Where there are more components than indicators, their texts are passed over once before one is looked at."""
    with rulebook.open_campaigns(rulebook.directory(), compiled.parent) as store:
        index = addresses.Index(Knowledge(advisories=Store(()), indicators=(("x", store),)))
        texts = dict.fromkeys(form(key) for type_ in TYPES for key in store.keys(type_) for form in FORMS)
        planted = [component(f"pkg:npm/planted-{n}@1.0.0", source_url=text) for n, text in enumerate(texts)]
        told = [one for one in planted if index.look_up(one)]
        decoys = [component(f"pkg:npm/decoy-{n}@1.0.0", urls=(f"https://host.invalid/{n}",)) for n in range(5_000)]
        worth = list(index.worth_looking_up([*decoys, *planted, *decoys]))
        assert len(told) > 3_000
        assert len(worth) < len(planted) + 1_001  # of a stretch that holds one all are looked up
        assert [one for one in worth if index.look_up(one)] == told


TYPES = (
    IndicatorType.DOMAIN, IndicatorType.IP, IndicatorType.URL, IndicatorType.REPOSITORY, IndicatorType.COMMIT,
)  # fmt: skip
FORMS: tuple[Callable[[str], str], ...] = (
    lambda key: key,
    lambda key: f"https://{key.partition('://')[2] or key}/more",
    lambda key: f"git+ssh://git@{key.upper()}.git#main",
    lambda key: f"git@{key.replace('/', ':', 1)}",
    lambda key: f"https://github.com/a/b.git#{key}",
)
