"""Every kind of list against its golden cases, `tests/feeds/lists/<kind>/`, and the published ones of ../shared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.feeds import lists
from scanner.feeds.lists import KINDS, bad_versions
from scanner.model.campaign import IndicatorType
from scanner.model.component import Problem
from scanner.model.listing import Line, ListReading
from tests.conftest import Golden

HERE = Path(__file__).parent / "lists"
CASES = sorted(path for path in HERE.glob("*/*") if path.suffix != ".expected" and path.parent.name != "__pycache__")


def told(reading: ListReading) -> dict[str, Any]:
    """A reading as JSON data without the fields that say nothing."""
    return {
        "kind": reading.kind,
        "title": reading.title,
        "actor": None if reading.actor is None else reading.actor.name,
        "counts": [reading.total, reading.understood, reading.not_understood, reading.comments],
        "lines": [
            f"{item.number}: {item.text}"
            if isinstance(item, Line)
            else f"{item.line}: PROBLEM {item.what}" + (f" ({item.hint})" if item.hint else "")
            for item in reading.lines()
        ],
        "indicators": [
            {key: value for key, value in msgspec.to_builtins(one).items() if value not in (None, [], (), False)}
            for one in reading.indicators
        ],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_reads_what_the_case_expects(case: Path, golden: Golden) -> None:
    reading = lists.read(case.read_bytes(), name=case.name)
    assert reading.kind == case.parent.name.replace("_", "-")
    golden(case.with_name(f"{case.name}.expected"), told(reading))


def test_every_kind_has_a_case_and_the_table_is_the_folder() -> None:
    assert {kind.module for kind in KINDS} == {path.parent.name for path in CASES}
    folder = {path.stem for path in Path(lists.__file__).parent.glob("*.py")}
    helpers = {"__init__", "bad_versions", "collector", "document", "named", "observables", "packages", "rows"}
    assert {kind.module for kind in KINDS} == folder - helpers - {"stix_pattern", "words"}


@pytest.mark.parametrize(
    ("text", "exact", "ranges", "every", "excluded"),
    [
        ("1.2.3", ["1.2.3"], [], False, []),
        ("1.0.1, 1.0.2;1.0.3 | 1.0.4", ["1.0.1", "1.0.2", "1.0.3", "1.0.4"], [], False, []),
        ("1.0.1 1.0.2", ["1.0.1", "1.0.2"], [], False, []),
        ("= 1.2.3 || = 1.2.4", ["1.2.3", "1.2.4"], [], False, []),
        ('["1.0", "2.0"]', ["1.0", "2.0"], [], False, []),
        ("0.2.0 to 0.2.6", [], ["0.2.0..0.2.6"], False, []),
        ("between 1.0 and 1.5", [], ["1.0..1.5"], False, []),
        ("1.0.0 and 1.0.1", ["1.0.0", "1.0.1"], [], False, []),
        ("<= 1.2", [], ["..1.2"], False, []),
        (">=1.0,<1.4", [], ["1.0..<1.4"], False, []),
        ("<1.0 || >=2.0, <2.1", [], ["..<1.0", "2.0..<2.1"], False, []),
        ("before 2.0", [], ["..<2.0"], False, []),
        ("1.2 and earlier", [], ["..1.2"], False, []),
        ("(1.0,2.0]", [], [">1.0..2.0"], False, []),
        ("1.4.x", [], ["1.4..<1.5"], False, []),
        ("all", [], [], True, []),
        ("*", [], [], True, []),
        ("all versions except 1.2.3, 1.2.4", [], [], True, ["1.2.3", "1.2.4"]),
        ("All tags not starting with v except 0.35.0", [], [], True, ["v*", "0.35.0"]),
        ("v0.0.0-20260805081246-648cd8543c4f", ["v0.0.0-20260805081246-648cd8543c4f"], [], False, []),
        ("dev-main", ["dev-main"], [], False, []),
        ("", [], [], False, []),
        ("n/a", [], [], False, []),
    ],
)
def test_versions_as_people_write_them(
    text: str, exact: list[str], ranges: list[str], every: bool, excluded: list[str]
) -> None:
    found = bad_versions.parse(text)
    assert [list(found.exact), list(found.ranges), found.every, list(found.excluded)] == [
        exact,
        ranges,
        every,
        excluded,
    ]


@pytest.mark.parametrize("text", ["some words", "Everything", "1.0, >=2.0, <2.1", "all except something", "1" * 5_000])
def test_versions_that_could_mean_anything_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        bad_versions.parse(text)


def test_a_name_without_versions_is_a_hint() -> None:
    (one,) = lists.read(b"left-pad\n", name="x.txt", ecosystem="npm").indicators
    assert one.hint
    assert one.versions is None


def test_the_user_says_what_a_column_means() -> None:
    data = b"what,which\nleft-pad,1.0.0\n"
    (one,) = lists.read(data, name="x.csv", columns={"what": "name", "which": "versions"}, ecosystem="npm").indicators
    assert (one.value, one.versions) == ("pkg:npm/left-pad", ("1.0.0",))


def test_an_open_quotation_mark_swallows_nothing() -> None:
    data = b'package,version\n"broken,1.0.0\n' + b"".join(b"@s/p%d,1.0.%d\n" % (n, n) for n in range(200))
    reading = lists.read(data, name="x.csv")
    assert reading.total == 201
    assert len(reading.indicators) == 201


def test_a_long_list_is_read_in_bounded_time_and_its_problems_are_counted() -> None:
    lines = [f"@scope/name-{number}:1.0.{number}" if number % 2 else "no words of ours" for number in range(60_000)]
    reading = lists.read("\n".join(lines).encode(), name="long.txt")
    assert (reading.total, reading.understood, reading.not_understood) == (60_000, 30_000, 30_000)
    assert len(reading.problems) == 20_001
    assert reading.problems[-1].what == "and 10000 more problems of this kind"


def test_published_lists_are_understood(shared: Path) -> None:
    """Done-when 2: 99 % of the lines of every list, and none of them lost without a word."""
    folder = shared / "feeds" / "ioc"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stem not in ("LICENSE", "NOTICE")]
    assert len(files) == 31
    lost = []
    for path in files:
        reading = lists.read(path.read_bytes(), name=path.relative_to(folder).as_posix())
        assert reading.understood + reading.not_understood == reading.total
        assert reading.understood >= 0.99 * reading.total, path
        lost += [f"{path.name}:{problem.line} {problem.what}" for problem in reading.problems]
        if reading.kind in ("plain", "delimited"):
            blank = sum(not line.strip() for line in path.read_text().splitlines())
            header = reading.kind == "delimited"
            assert reading.total + reading.comments + blank + header == len(path.read_text().splitlines()), path
            told_of = {item.line if isinstance(item, Problem) else item.number for item in reading.lines()}
            assert len(told_of) == reading.total + header
    assert lost == ["apt_unc2452.txt:83 example.com is everybody's own machine or network"]


def _any_list() -> st.SearchStrategy[bytes]:
    cell = st.one_of(
        st.sampled_from(
            ["package", "version", "type", "name", "domain", "npm", "sha256", "all", "*", "1.0.0", "evil.invalid",
             "@a/b", '"', "{", "[", "pkg:npm/x@1", "[file:name = 'x']", "indicator", "bundle", "objects", "1.0 to",
             "::", "\ufeff"]
        ),
        st.text(max_size=12),
    )  # fmt: skip
    line = st.tuples(st.lists(cell, max_size=5), st.sampled_from(",\t;|@: ")).map(lambda pair: pair[1].join(pair[0]))
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | cell,
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(
            ["type", "id", "objects", "Event", "Attribute", "Object", "value", "pattern", "entries", "package",
             "versions", "name", "affected", "indicators", "response", "info", "timestamp",
             "hashes", "npm", "ranges", "events"]
        ) | cell, inner, max_size=5),
        max_leaves=12,
    )  # fmt: skip
    return st.one_of(
        st.binary(max_size=300),
        st.lists(line, max_size=8).map(lambda lines: "\n".join(lines).encode("utf-8", "replace")),
        value.map(msgspec.json.encode),
        value.map(
            lambda one: msgspec.json.encode({"type": "bundle", "objects": [one, {"type": "indicator", "pattern": one}]})
        ),
        value.map(lambda one: msgspec.json.encode({"Event": {"Attribute": [one], "Object": [one], "Tag": one}})),
        value.map(lambda one: msgspec.json.encode([{"id": "x", "affected": one}, one])),
    )


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_any_list())
def test_no_bytes_raise_anything_but_input_errors(data: bytes) -> None:
    try:
        reading = lists.read(data, name="any")
    except InputError:
        return
    assert reading.understood + reading.not_understood == reading.total
    assert len(list(reading.lines())) >= reading.not_understood
    for one in reading.indicators:
        assert one.type in IndicatorType
        assert one.value


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789.,;|<>=~^*vVx- ()[]toandrallbefore", max_size=60))
def test_any_versions_end_in_versions_or_an_input_error(text: str) -> None:
    try:
        found = bad_versions.parse(text)
    except InputError:
        return
    assert not (found.every and (found.exact or found.ranges))
