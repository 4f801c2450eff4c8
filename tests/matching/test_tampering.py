"""Was a lockfile tampered with? One case a way to do it, and the honest change beside it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.matching import tampering
from scanner.matching.compare import compare
from scanner.matching.tampering import Change, World, names
from scanner.model.component import Component, Graph, Location, Origin
from scanner.model.finding import Severity
from scanner.model.inventory import Reading, ReadStatus
from scanner.model.purl import Purl

REGISTRY, MIRROR, STRANGER = "https://registry.invalid", "https://mirror.invalid", "https://stranger.invalid"
DIGEST, OTHER, WEAK = "sha512-AAAA", "sha512-BBBB", "sha1-CCCC"


def npm(name: str, version: str | None = "1.0.0", host: str | None = REGISTRY, **others: Any) -> Component:
    fields: dict[str, Any] = {"digests": (DIGEST,), "ref": name} | others
    fields.setdefault("source_url", None if host is None else f"{host}/{name}/-/{name}-{version}.tgz")
    place = Location("package-lock.json", 7)
    return Component(name=name, version=version, purl=Purl("npm", None, name, version), location=place, **fields)


def reading(components: list[Component], graph: Graph | None = None) -> Reading:
    read = tuple(components)
    return Reading(path="package-lock.json", reader="npm", status=ReadStatus.READ, components=read, graph=graph)


def world(**others: Any) -> World:
    def foreign(component: Component) -> str | None:
        known = component.source_url is None or component.source_url.startswith((REGISTRY, MIRROR))
        return None if known else "stranger.invalid"

    popular = {"npm": frozenset({"lodash", "express", "chalk", "left-pad", "cross-env"})}
    return World(foreign_host=foreign, popular=popular, **others)


def told(
    before: list[Component], after: list[Component], graph: Graph | None = None, **others: Any
) -> dict[str, Severity]:
    """What is found, by the rest of its title, beside two honest neighbours."""
    beside = [npm("honest"), npm("neighbour")]
    old, new = reading([*beside, *before]), reading([*beside, *after], graph)
    changes = [Change(one, old, new) for one in compare(new.path, old.components, new.components)]
    found = tampering.findings(changes, world(**others), lambda one: [each.location for each in one.components])
    return {finding.title.partition(" ")[2]: finding.severity for finding in found}


HONEST: list[tuple[str, list[Component], list[Component]]] = [
    ("an update", [npm("a")], [npm("a", "1.1.0", digests=(OTHER,))]),
    ("a new package", [], [npm("a")]),
    ("a package goes", [npm("a")], []),
    ("a mirror of ours", [npm("a")], [npm("a", host=MIRROR)]),
    ("a stronger digest", [npm("a", digests=(WEAK,))], [npm("a", "1.1.0")]),
    ("a stronger digest of the same version", [npm("a", digests=(WEAK,))], [npm("a", digests=(WEAK, DIGEST))]),
    ("a member of the project", [], [npm("a", host=None, origin=Origin.WORKSPACE, digests=())]),
    ("a commit of a repository", [],
     [npm("a", origin=Origin.GIT, digests=(), source_url="git+https://x.invalid/a#" + "a" * 40)]),
    ("a popular name", [], [npm("lodash")]),
    ("a name of its own", [], [npm("lodestar")]),
    ("a short name", [], [npm("ms")]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "before", "after"), HONEST, ids=[case[0] for case in HONEST])
def test_an_honest_change_is_spared(what: str, before: list[Component], after: list[Component]) -> None:
    assert told(before, after) == {}, what


@pytest.mark.parametrize(
    ("before", "after", "title", "severity"),
    [
        ([npm("a")], [npm("a", host=STRANGER)], "1.0.0 is fetched from stranger.invalid", Severity.HIGH),
        ([], [npm("a", host=STRANGER)], "1.0.0 is fetched from stranger.invalid", Severity.HIGH),
        ([npm("a")], [npm("a", "1.1.0", source_url="http://registry.invalid/a/-/a-1.1.0.tgz")],
         "1.1.0 is fetched over plain http", Severity.HIGH),
        ([npm("a")], [npm("a", digests=(OTHER,))], "1.0.0 has another digest, and the same version", Severity.HIGH),
        ([npm("a")], [npm("a", "1.1.0", digests=())], "1.1.0 has no digest", Severity.HIGH),
        ([], [npm("a", digests=())], "1.0.0 has no digest", Severity.HIGH),
        ([npm("a")], [npm("a", "1.1.0", digests=(WEAK,))], "1.1.0 is held to a weaker digest than before",
         Severity.MEDIUM),
        ([npm("a")], [npm("a", "1.1.0", alias="b")], "1.1.0 is installed under the name b", Severity.MEDIUM),
        ([npm("a")], [npm("a", origin=Origin.GIT, digests=(), source_url="git+https://x.invalid/a#main")],
         "1.0.0 follows a branch or tag of a git repository", Severity.MEDIUM),
        ([], [npm("lodahs")], "1.0.0 is called almost like lodash, which very many people use", Severity.MEDIUM),
        ([], [npm("crossenv")], "1.0.0 is called almost like cross-env, which very many people use", Severity.MEDIUM),
    ],
)  # fmt: skip
def test_each_way(before: list[Component], after: list[Component], title: str, severity: Severity) -> None:
    assert told(before, after)[title] is severity


def test_what_lies_at_the_address_is_another_package() -> None:
    address = f"{REGISTRY}/evil/-/evil-1.0.0.tgz"
    after = [npm("a", source_url=address), npm("evil", source_url=address, alias="a", digests=())]
    assert told([npm("a")], after)["1.0.0 is what lies at the address that the file gives for a"] is Severity.HIGH


def test_other_bytes_from_a_mirror_of_ours_are_told_once() -> None:
    assert told([npm("a")], [npm("a", host=MIRROR, digests=(OTHER,))]) == {
        "1.0.0 has another digest, and the same version": Severity.HIGH
    }
    found = told([npm("a")], [npm("a", host=STRANGER, digests=(OTHER,))])
    assert set(found) == {"1.0.0 has another digest, and the same version", "1.0.0 is fetched from stranger.invalid"}


@pytest.mark.parametrize(
    ("kind", "now", "title", "severity"),
    [
        ("pypi", ("sha256:aa", "sha256:bb"), "accepts further files, under the same version", Severity.MEDIUM),
        ("pypi", ("sha256:bb",), "has another digest, and the same version", Severity.HIGH),
        ("npm", ("sha256:aa", "sha256:bb"), "has another digest, and the same version", Severity.HIGH),
    ],
)
def test_a_release_gains_a_file(kind: str, now: tuple[str, ...], title: str, severity: Severity) -> None:
    before, after = (
        msgspec.structs.replace(npm("a", digests=digests), purl=Purl(kind, None, "a", "1.0.0"))
        for digests in (("sha256:aa",), now)
    )
    assert told([before], [after]) == {f"1.0.0 {title}": severity}


def test_a_host_that_the_file_used_before_is_nothing_new() -> None:
    before = [npm("b", host=STRANGER)]
    assert told(before, [*before, npm("a", host=STRANGER)]) == {}


def test_a_name_of_ours_from_the_public_registry() -> None:
    title = "1.0.0 bears a name of ours and is resolved from the public registry"
    assert told([], [npm("corp-tools")], internal=("corp-*",))[title] is Severity.HIGH
    assert told([], [npm("corp-tools")], internal=("pkg:npm/corp-*",))[title] is Severity.HIGH
    assert told([], [npm("tools")], internal=("corp-*",)) == {}


def test_an_entry_that_nothing_asks_for() -> None:
    edges = {".": ["honest", "neighbour"], "honest": ["a"]}
    graph = Graph(roots=(".",), edges=lambda: edges)
    assert told([], [npm("a")], graph) == {}
    assert told([], [npm("b")], graph) == {"1.0.0 is in the lockfile, and nothing in it asks for it": Severity.MEDIUM}


def test_every_check_is_in_the_table() -> None:
    folder = Path(tampering.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "sign"}
    assert {check.__module__.rpartition(".")[2] for check in tampering.CHECKS} == modules


def _distance(one: str, other: str) -> int:
    """Optimal string alignment distance, by its definition."""
    table = {(-1, -1): 0}
    for i in range(len(one)):
        table[i, -1] = i + 1
    for j in range(len(other)):
        table[-1, j] = j + 1
    for i, j in itertools.product(range(len(one)), range(len(other))):
        cost = one[i] != other[j]
        table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost)
        if i and j and one[i] == other[j - 1] and one[i - 1] == other[j]:
            table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one) - 1, len(other) - 1]


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_a_slip_is_a_distance_of_one(one: str, other: str) -> None:
    assert names._one_slip(one, other) is (_distance(one, other) == 1)


@given(st.text("abc-", min_size=4, max_size=8), st.sets(st.text("abc-", min_size=5, max_size=8), max_size=6))
def test_near_names_are_found_as_by_comparing_all(name: str, popular: set[str]) -> None:
    expected = {
        one for one in popular if one != name and (_distance(name, one) == 1 or names._bare(one) == names._bare(name))
    }
    found = names._near(name, frozenset(popular) - {name})
    assert (found in expected) if expected else found is None
