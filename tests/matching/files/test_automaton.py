"""Short cuts of the automaton meet what the long way meets."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.matching.files import automaton
from scanner.matching.files.automaton import Automaton

# Few signs, so that texts overlap, begin alike and share fragments.
TEXTS = st.lists(st.text("ab.", min_size=4, max_size=14).map(str.encode), min_size=1, max_size=12, unique=True)


@settings(max_examples=60)
@given(TEXTS, st.text("ab.", max_size=80).map(str.encode))
def test_texts_that_share_a_fragment_are_met_wherever_they_stand(texts: list[bytes], view: bytes) -> None:
    hits = Automaton(texts, ()).search(view)
    expected = {(n, at) for n, text in enumerate(texts) for at in range(len(view)) if view.startswith(text, at)}
    assert set(hits.texts if hits else ()) == expected


BINARY = st.lists(
    st.one_of(
        st.binary(max_size=6),
        st.text("ab.\n", max_size=8).map(lambda text: text.encode("utf-16-le")),
        st.text("ab.\n", max_size=8).map(lambda text: text.encode("utf-16-be")),
        st.just(b"\0"),
    ),
    max_size=20,
).map(b"".join)


@settings(max_examples=60)
@given(TEXTS, BINARY, st.sampled_from((1, 2, automaton._MANY_RUNS)))
def test_utf_16_is_met_where_it_stands_among_other_bytes(texts: list[bytes], view: bytes, many: int) -> None:
    machine = Automaton(texts, ())
    everywhere = list(machine._met_wide(view, 0, len(view)))
    before, automaton._MANY_RUNS = automaton._MANY_RUNS, many
    try:
        assert machine.wide(view) == everywhere
    finally:
        automaton._MANY_RUNS = before
