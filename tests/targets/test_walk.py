"""A tree may be an attacker's: nothing leads out of it, and nothing in it makes us wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model.component import Component, Location, Problem
from scanner.targets import locate, walk
from tests.factories import component


def wanted(path: str) -> bool:
    return path.endswith("package-lock.json")


def test_yields_regular_files_in_order_and_skips_version_control(tmp_path: Path) -> None:
    for name in ("b/two", "a/one", ".git/objects/x", "c"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    found = [item.path for item in walk.walk(tmp_path, wanted=wanted) if isinstance(item, walk.File)]
    assert found == ["c", "a/one", "b/two"]


def test_a_link_out_of_the_target_is_a_problem_under_a_name_that_counts(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    target = tmp_path / "target"
    target.mkdir()
    (target / "package-lock.json").symlink_to(outside)
    (target / "README").symlink_to(outside)
    (target / "self").symlink_to(target)
    items = list(walk.walk(target, wanted=wanted))
    assert [item.where for item in items if isinstance(item, Problem)] == ["package-lock.json"]
    with pytest.raises(InputError):
        walk.read(target, "package-lock.json")


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "package-lock.json")
    (item,) = walk.walk(tmp_path, wanted=wanted)
    assert isinstance(item, Problem)
    with pytest.raises(InputError, match="regular"):
        walk.read(tmp_path, "package-lock.json")


def test_siblings_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("no")
    target = tmp_path / "target"
    (target / "sub").mkdir(parents=True)
    (target / "base.txt").write_text("yes")
    (target / "out").symlink_to(tmp_path / "secret")
    sibling = walk.sibling_reader(target)
    assert sibling("sub/../base.txt") == b"yes"
    assert sibling("../secret") is None
    assert sibling("out") is None
    assert sibling("/etc/passwd") is None
    assert sibling("missing") is None


def _at(needle: str) -> Component:
    return component("pkg:npm/a@1", location=Location("f", None, needle))


def test_lines_are_found_in_document_order() -> None:
    data = b'{\n "a": 1,\n "b": 2,\n "a": 3\n}'
    lines = [where.line for where in locate.Locations(data, [_at('"a"'), _at('"b"'), _at('"missing"')])]
    assert lines == [2, 3, None]


def test_lines_are_found_out_of_order_too() -> None:
    data = b"x\ny\nz\n"
    assert [where.line for where in locate.Locations(data, [_at("z"), _at("x"), _at("y")])] == [3, 1, 2]


@given(st.text("xyz\n", max_size=60), st.lists(st.sampled_from(["x", "y", "zz", "yx", "q", ""]), max_size=8), st.data())
def test_lines_are_the_same_in_whatever_order_they_are_asked_for(
    text: str, needles: list[str], data: st.DataObject
) -> None:
    components = [_at(needle) for needle in needles]
    in_order = list(locate.Locations(text.encode(), components))
    for where, needle in zip(in_order, needles, strict=True):
        assert (where.line is None) == (not needle or needle not in text)
        assert where.line is None or needle in text.split("\n")[where.line - 1]
    asked = locate.Locations(text.encode(), components)
    order = data.draw(st.permutations(range(len(needles))))
    assert {number: asked[number] for number in order} == dict(enumerate(in_order))
    assert asked[1:] == in_order[1:]


def test_a_needle_far_behind_the_one_before_is_found() -> None:
    far = b"a\n" + b"-\n" * 20_000 + b"b\n"
    assert [where.line for where in locate.Locations(far, [_at("a"), _at("b")])] == [1, 20_002]
