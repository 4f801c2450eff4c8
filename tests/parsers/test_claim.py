"""Which reader a path belongs to: most files of a tree are refused at a look, and none that a reader claims."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import parsers

_PATTERNS = sorted({pattern for parser in parsers.PARSERS for pattern in parser.files})
_NAMES = st.sampled_from(_PATTERNS).map(lambda pattern: pattern.replace("*", "x").replace("?", "y"))
_PARTS = st.sampled_from(
    ["", "a", "requirements", "node_modules", "@x", ".github", "workflows", "x.txt", "package.json"]
)


@settings(max_examples=500)
@given(st.lists(_PARTS, max_size=4), st.one_of(_NAMES, _PARTS, st.text(max_size=8)))
def test_the_look_refuses_nothing_that_a_reader_claims(above: list[str], name: str) -> None:
    path = "/".join([*above, name])
    assert parsers.claim(path) is next((parser for parser in parsers.PARSERS if parser.claims(path)), None)
