"""Each text is known by a fragment of its own bytes that ordinary text hardly holds, and that few texts share."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scanner.matching.files import fragments

TEXTS = st.lists(st.binary(min_size=4, max_size=60) | st.text("ab.1", min_size=4, max_size=30).map(str.encode))


@given(TEXTS)
def test_a_fragment_stands_at_its_place_in_its_text(texts: list[bytes]) -> None:
    chosen = fragments.choose(texts)
    assert len(chosen) == len(texts)
    for text, (at, fragment) in zip(texts, chosen, strict=True):
        assert fragment == text[at : at + len(fragment)]
        assert len(fragment) in (min(len(text), fragments.SIZE), len(text))


def test_a_fragment_is_shared_by_few_texts() -> None:
    texts = [b"aaaaaaaaaaaa.example%d" % number for number in range(5_000)]
    counts = Counter(fragment for _, fragment in fragments.choose(texts) if len(fragment) == fragments.SIZE)
    assert max(counts.values()) <= 8


def test_what_stands_in_every_program_is_avoided() -> None:
    ((_, fragment),) = fragments.choose([b"functionvariable7q.com"])
    assert fragment not in b"function variable"
