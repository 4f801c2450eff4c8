"""Many globs at once say what each says alone."""

from __future__ import annotations

import time
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.component import Location
from scanner.model.finding import Evidence, FindingClass
from scanner.policy import globs, sections, suppress
from scanner.policy.glob_index import GlobIndex
from scanner.policy.rules import Policy, Rule, Section
from tests.policy.test_suppress import TODAY, finding

PARTS = st.one_of(
    st.sampled_from(
        ["**", "**", "*", "?", "a", "b", "ab", "a*", "*b", "a*b", "[ab]", "[!a]b", "a[", "[a]*", "*.[ab]", "?b"]
    ),
    st.text("ab*?[]!.-", min_size=1, max_size=5),
)
GLOBS = st.lists(PARTS, min_size=1, max_size=5).map("/".join) | st.lists(PARTS, min_size=1, max_size=3).map(
    lambda parts: "/".join(parts) + "/"
)
PATHS = st.lists(st.text("ab[]!.", max_size=3), min_size=1, max_size=6).map("/".join)


@settings(max_examples=400)
@given(st.lists(GLOBS, max_size=12), PATHS)
def test_the_index_says_what_each_glob_says(many: list[str], path: str) -> None:
    """Law, against the definition."""
    expected = {number: depth for number, glob in enumerate(many) if (depth := globs.depth(glob, path))}
    assert dict(GlobIndex(many).depths(path)) == expected


@given(st.lists(GLOBS, max_size=8), PATHS)
def test_the_nearest_section_is_the_deepest_then_the_plainest_then_the_last(many: list[str], path: str) -> None:
    policy = Policy(
        file="p", digest="", sections=tuple(Section(path=glob, line=line) for line, glob in enumerate(many))
    )
    ranked = [(globs.depth(glob, path), globs.specificity(glob), line) for line, glob in enumerate(many)]
    best = max((one for one in ranked if one[0]), default=None)
    found = sections.nearest(policy, path)
    assert (None if found is None else found.line) == (None if best is None else best[2])


def rules(paths: list[str], **others: object) -> tuple[Rule, ...]:
    ends = TODAY + timedelta(days=9)
    return tuple(
        Rule(path=path, reason="r", expires=ends, line=number, file="p", number=number, **others)  # type: ignore[arg-type]  # one of three texts
        for number, path in enumerate(paths, 1)
    )


@settings(max_examples=300)
@given(
    st.lists(GLOBS, max_size=6),
    st.lists(PATHS, min_size=1, max_size=3),
    st.sampled_from([None, "GHSA-aaaa", "CVE-2026-9"]),
    st.sampled_from(["", "a/"]),
    st.sampled_from([FindingClass.VULNERABILITY, FindingClass.COMPROMISE]),
)
def test_what_is_suppressed_is_what_each_suppression_alone_means(
    many: list[str], places: list[str], advisory: str | None, prefix: str, class_: FindingClass
) -> None:
    """Law, against `why_not`, which asks one rule about one finding."""
    one = finding(class_)
    assert one.component is not None
    one = msgspec.structs.replace(
        one,
        evidence=tuple(Evidence(location=Location(place), value="x") for place in places),
        component=msgspec.structs.replace(one.component, location=Location(places[0])),
    )
    every = rules(many, advisory=advisory)
    applied = suppress.apply([one], Policy(file="p", digest="", suppress=every), today=TODAY, prefix=prefix)
    meant = [rule for rule in every if suppress.why_not(rule, one, prefix) is None]
    assert applied.unused == tuple(rule for rule in every if rule not in meant)
    assert applied.applied == bool(meant)
    told = applied.findings[0].suppressed
    assert (told is None) is not bool(meant)
    if told is not None:
        assert told.where == meant[0].where


def test_thousands_of_globs_and_findings() -> None:
    """2,000 of each cost 28 s of CPU when each glob was asked about each path."""
    one = finding()
    assert one.component is not None
    places = [Location(f"apps/a{number}/package-lock.json") for number in range(2_000)]
    found = [
        msgspec.structs.replace(
            one,
            evidence=(Evidence(location=place, value="x"),),
            component=msgspec.structs.replace(one.component, location=place),
        )
        for place in places
    ]
    for shape in ("apps/b{}*/*.json", "**/b{}/*.json", "apps/*{}/x", "*/b{}"):
        policy = Policy(file="p", digest="", suppress=rules([shape.format(number) for number in range(2_000)]))
        begins = time.process_time()
        assert suppress.apply(found, policy, today=TODAY).applied == 0
        assert time.process_time() - begins < 4
