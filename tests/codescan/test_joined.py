"""Which files of a change work together: as a slow definition says, and in time that does not grow with its square."""

from __future__ import annotations

import posixpath
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.codescan.joined import Joined

Files = list[tuple[str, str]]

WORDS = ("require('./{}')", "from {} import x", "{}.run()", "{} = 1", "x-{}-y", "use {}; {}", "// {}")
PATHS = (
    "a/alpha.js",
    "b/beta.py",
    "c/gamma/index.js",
    "go/one.go",
    "go/two.go",
    "alpha/__init__.py",
    "x.js",
    "go/alpha.go",
)
STEMS = ("alpha", "beta", "gamma", "one", "two", "x")


def stem(path: str) -> str:
    found = path.rpartition("/")[2].partition(".")[0]
    return path.rpartition("/")[0].rpartition("/")[2] if found in ("index", "__init__") else found


def names(text: str, path: str) -> bool:
    name = stem(path)
    loads = r"(?:require|import|from|include|load|use|mod|source|\.)[^\n;]{0,80}"
    word = rf"(?<![\w-]){re.escape(name)}"
    return len(name) >= 3 and re.search(rf"{loads}{word}(?![\w-])|{word}\.", text) is not None


def slowly(files: Files, wanted: list[int], number: int) -> int | None:
    path, text = files[number]
    for other in wanted:
        its_path, its_text = files[other]
        if other == number:
            continue
        beside = path.endswith(".go") and posixpath.dirname(path) == posixpath.dirname(its_path)
        third = any(
            names(one, path) and names(one, its_path)
            for place, (_, one) in enumerate(files)
            if place not in (number, other)
        )
        if beside or third or names(text, its_path) or names(its_text, path):
            return other
    return None


texts = st.lists(st.builds(lambda form, name: form.replace("{}", name), st.sampled_from(WORDS), st.sampled_from(STEMS)))


@given(
    st.lists(
        st.tuples(st.sampled_from(PATHS), texts.map("\n".join)), min_size=1, max_size=6, unique_by=lambda one: one[0]
    ),
    st.sets(st.integers(0, 5)),
)
def test_the_first_partner_is_that_of_the_slow_definition(files: Files, chosen: set[int]) -> None:
    wanted = sorted(number for number in chosen if number < len(files))
    joined = Joined(files, wanted)
    for number in range(len(files)):
        assert joined.first(number) == slowly(files, wanted, number)


@pytest.mark.parametrize(
    ("text", "first"),
    [("", None), ("require('./f{}')", 0), ("import f0, f2, f4", 0), ("f.f.f.f.f\n" * 20, None)],
    ids=["nothing", "the next", "three", "dots"],
)
def test_thousands_of_files_cost_little(text: str, first: int | None) -> None:
    files = [
        (f"p{number}/f{number}x.js", text.format(f"{number - 1}x").replace("f0,", "f0x,")) for number in range(20_000)
    ]
    began = time.process_time()
    joined = Joined(files, list(range(0, 20_000, 2)))
    found = [joined.first(number) for number in range(20_000)]
    # Generous: it guards against minutes, not against milliseconds.
    assert time.process_time() - began < 20
    assert found[1] == first
