"""The picture of time: rows of one width, in ASCII, with every campaign where it belongs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.reports.timeline import Row, cells, draw, fitted


def test_a_picture() -> None:
    rows = [
        Row("first", "2024-11-03", "2025-02", "KP"),
        Row("a whole year", "2025", None, "?"),
        Row("one day", "2026-03-31", "2026-03-31", "KP"),
        Row("undated", None, None, ""),
    ]
    assert draw(rows) == [
        "                  2024        2025        2026",
        "first         KP  :.........####..........:...........",
        "a whole year  ?   :...........############:...........",
        "one day       KP  :...........:...........:.#.........",
        "undated           (no date)",
    ]


def test_nothing_is_dated() -> None:
    assert draw([Row("x", None, None)]) == ["x  (no date)"]
    assert draw([]) == []


DATES = st.one_of(
    st.none(),
    st.builds("{:04d}".format, st.integers(0, 9999)),
    st.builds("{:04d}-{:02d}".format, st.integers(1980, 2030), st.integers(1, 12)),
    st.builds("{:04d}-{:02d}-{:02d}".format, st.integers(1980, 2030), st.integers(1, 12), st.integers(1, 31)),
)
LABELS = st.text(st.sampled_from("abc-é漢字\u0301"), max_size=80)


@given(
    st.lists(st.builds(Row, LABELS, DATES, DATES, st.sampled_from(["", "KP", "?"])), max_size=8), st.integers(60, 120)
)
def test_no_line_is_wider_than_asked_for_and_every_dated_row_has_a_bar(rows: list[Row], width: int) -> None:
    lines = draw(rows, width)
    assert all(cells(line) <= width for line in lines)
    dated = [row for row in rows if row.first or row.last]
    assert sum("#" in line for line in lines) == len(dated)


@given(LABELS, st.integers(2, 40))
def test_a_label_takes_exactly_its_columns(text: str, width: int) -> None:
    assert cells(fitted(text, width)) == width
