"""Who pulled a component in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scanner.matching.paths import MOST, Paths
from scanner.model.component import Component, Graph
from tests.factories import component, reading


def node(ref: str) -> Component:
    return component(f"pkg:npm/{ref}@1", ref=ref)


def paths(edges: Mapping[str, Sequence[str]], target: str, roots: tuple[str, ...] = (".",)) -> list[tuple[str, ...]]:
    names = sorted({ref for parent, children in edges.items() for ref in (parent, *children)} - {"."})
    components = {name: node(name) for name in names}
    graph = Graph(roots=roots, edges=lambda: edges)
    found = Paths(reading(*components.values(), graph=graph), [components[target]])
    return [
        tuple(step.removeprefix("pkg:npm/").removesuffix("@1") for step in path)
        for path in found.to(components[target])
    ]


def test_the_shortest_way_through_each_direct_dependency() -> None:
    edges = {".": ["a", "b"], "a": ["x"], "b": ["c"], "c": ["x"], "x": []}
    assert paths(edges, "x") == [("the project", "a", "x"), ("the project", "b", "c", "x")]


def test_a_direct_dependency() -> None:
    assert paths({".": ["x"], "x": ["x"]}, "x") == [("the project", "x")]


def test_what_no_root_reaches_has_no_path() -> None:
    assert paths({".": ["a"], "b": ["x"], "a": []}, "x") == []


@given(st.dictionaries(st.sampled_from(".abcdef"), st.lists(st.sampled_from("abcdefx"), max_size=5), max_size=7))
def test_cycles_end_and_paths_are_real(edges: dict[str, list[str]]) -> None:
    edges.setdefault("f", []).append("x")
    for path in paths(edges, "x"):
        assert path[0] == "the project"
        assert path[-1] == "x"
        steps = (".", *path[1:])
        assert all(child in edges.get(parent, ()) for parent, child in pairwise(steps))
    assert len(paths(edges, "x")) <= MOST
