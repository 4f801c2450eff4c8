"""Laws of the readers of Rust, Ruby and PHP locks, and what their golden cases cannot show."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.model.component import Component, Graph, Item, Problem
from scanner.parsers import PARSERS, cargo_layout
from scanner.parsers.source import Source

HERE = Path(__file__).parent
MODULES = ("cargo_lock", "cargo_vendored", "gemfile_lock", "composer_lock", "composer_installed")
READERS = {parser.module: parser for parser in PARSERS}


def read(module: str, data: bytes, sibling: bytes | None = None) -> tuple[list[Item], InputError | None]:
    """Everything that the reader yields, and why it gave up; its graph is asked for, too."""
    items: list[Item] = []
    failure: InputError | None = None
    source = Source(path=f"vendor/x/{module}", data=data, sibling=lambda _: sibling)
    try:
        for item in READERS[module].load()(source):
            items.append(item)  # noqa: PERF402  # what came before an error counts
    except InputError as error:
        failure = error
    for item in items:
        if isinstance(item, Graph):
            item.edges()
        elif isinstance(item, Component):
            str(item.purl)
    return items, failure


def components(items: list[Item]) -> list[Component]:
    return [item for item in items if isinstance(item, Component)]


def samples(module: str) -> list[bytes]:
    files = (path for path in sorted((HERE / module).rglob("*")) if path.is_file() and path.name != "expected.json")
    return [path.read_bytes() for path in files][:6]


@pytest.mark.parametrize("module", MODULES)
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200), beside=st.none() | st.binary(max_size=60))
def test_no_bytes_crash_a_reader(module: str, data: bytes, beside: bytes | None) -> None:
    read(module, data, beside)


@pytest.mark.parametrize("module", MODULES)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_no_damage_to_a_real_file_crashes_a_reader(module: str, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(samples(module)))
    begin = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(begin, min(len(sample), begin + 40)))
    damage = data.draw(
        st.sampled_from([b"", b"\x00", b'"', b"[[package]]\n", b"= 3", b"{", b"\xff", b"null", b"\n  x"])
    )
    read(module, sample[:begin] + damage + sample[end:], sample)
    read(module, sample[:begin], sample[:end])


STRINGS = st.text(st.characters(codec="utf-8", exclude_characters='"\\\n\r'), max_size=6) | st.sampled_from(
    ["a", "b 1.0", "", "#", "registry+https://r", "\t", "\x7f", "\\u0061", "\u0085", "\u2028"]
)


@st.composite
def cargo_texts(draw: st.DrawFn) -> str:
    """What cargo writes, and what looks like it."""
    lines = draw(
        st.sampled_from([[], ["# by Cargo"], ["version = 3", ""], ["version = 03"], ["# \x01"], ["version = 3"] * 2])
    )
    for _ in range(draw(st.integers(1, 3))):
        lines += ["[[package]]", f'name = "{draw(STRINGS)}"', f'version = "{draw(STRINGS)}"']
        for key in ("source", "checksum"):
            if draw(st.booleans()):
                lines.append(f'{key} = "{draw(STRINGS)}"')
        if draw(st.booleans()):
            lines += ["dependencies = [", *(f' "{each}",' for each in draw(st.lists(STRINGS, max_size=3))), "]"]
        if draw(st.booleans()):
            lines.append(f'replace = "{draw(STRINGS)}"')
        lines += [""] * draw(st.integers(0, 2))
    if draw(st.booleans()):
        lines.append("[metadata]")
        lines += [f'"checksum {draw(STRINGS)}" = "{draw(STRINGS)}"' for _ in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        position = draw(st.integers(0, len(lines)))
        odd = ['name = "again"', "dependencies = []", "[[patch.unused]]", " ", "x = {}", '"', "[metadata]", "# c", "]"]
        lines.insert(position, draw(st.sampled_from(odd)))
    return "\n".join(lines) + draw(st.sampled_from(["\n", "", "\n\n"]))


@settings(max_examples=300, deadline=None)
@given(text=cargo_texts())
def test_the_fast_way_reads_what_a_toml_decoder_reads(text: str) -> None:
    fast = cargo_layout.read(text)
    if fast is None:
        return
    slow, problems, broken = cargo_layout.read_toml(Source(path="Cargo.lock", data=text.encode()))
    assert not problems
    assert broken is None
    assert msgspec.structs.asdict(fast) == msgspec.structs.asdict(slow)


def test_the_fast_way_is_taken_for_what_cargo_writes() -> None:
    for case in ("workspace", "version_1"):
        text = (HERE / "cargo_lock" / case / "Cargo.lock").read_text()
        assert cargo_layout.read(text) is not None
    assert cargo_layout.read((HERE / "cargo_lock" / "hand_edited" / "Cargo.lock").read_text()) is None


def test_a_lock_that_breaks_off_gives_what_stands_before_it() -> None:
    whole = (HERE / "cargo_lock" / "workspace" / "Cargo.lock").read_bytes()
    items, failure = read("cargo_lock", whole[: whole.rindex(b"checksum")] + b'checksum = "66')
    assert failure is not None
    assert [component.name for component in components(items)] == [
        "app", "bitflags", "bitflags", "gitc", "lib", "mirrored", "twin",
    ]  # fmt: skip
    assert [component.location.line for component in components(items)] == [6, 16, 22, 28, 36, 44, 50]


def test_a_git_dependency_may_be_named_without_its_commit() -> None:
    data = (
        b'[[package]]\nname = "app"\nversion = "1"\ndependencies = [\n "g 1 (git+https://h/g)",\n]\n\n'
        b'[[package]]\nname = "g"\nversion = "1"\nsource = "git+https://h/g#abc"\n'
    )
    items, _ = read("cargo_lock", data)
    (graph,) = (item for item in items if isinstance(item, Graph))
    assert graph.edges()["app 1"] == ["g 1 (git+https://h/g#abc)"]


def test_both_sides_of_a_merge_conflict_are_read() -> None:
    data = b"GEM\n  remote: https://r/\n  specs:\n<<<<<<< HEAD\n    a (1.0)\n=======\n    a (2.0)\n>>>>>>> x\n"
    items, _ = read("gemfile_lock", data)
    assert [component.version for component in components(items)] == ["1.0", "2.0"]
    assert [item.line for item in items if isinstance(item, Problem)] == [4, 6, 8]


def test_a_lock_of_something_else_is_refused() -> None:
    assert read("gemfile_lock", b"hello\n")[1] is not None
    assert read("composer_lock", b"[]")[1] is not None


@pytest.mark.parametrize("module", ["cargo_lock", "gemfile_lock"])
def test_a_name_repeated_without_measure_costs_no_square(module: str) -> None:
    if module == "cargo_lock":
        data = '[[package]]\nname = "a"\nversion = "1"\ndependencies = [\n "a",\n]\n' * 3000
    else:
        data = "GEM\n  specs:\n" + "    a (1)\n      a\n" * 3000
    items, _ = read(module, data.encode())
    (graph,) = (item for item in items if isinstance(item, Graph))
    assert sum(map(len, graph.edges().values())) < 3000 * 20
    refs = [component.ref for component in components(items)]
    assert len(refs) == len(set(refs)) == 3000


def test_remotes_without_measure_are_not_repeated_with_each_gem() -> None:
    data = b"GEM\n" + b"  remote: https://r/\n" * 2000 + b"  specs:\n" + b"    a (1)\n" * 2000
    items, _ = read("gemfile_lock", data)
    assert sum(len(component.urls) for component in components(items)) == 2000 * 10
    assert any(isinstance(item, Problem) and item.what.startswith("2000 remotes") for item in items)
