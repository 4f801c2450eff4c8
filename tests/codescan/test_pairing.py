"""What is new in a change, by file and by line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.codescan.pairing import Kind, OldLines, pair
from tests.codescan.trees import Files


def kinds(old: dict[str, str] | None, new: dict[str, str]) -> dict[str, str]:
    pairing = pair(None if old is None else Files(old), Files(new))
    return {change.path: str(change.kind) for change in pairing.changes}


def test_kinds_of_change() -> None:
    old = {"same": "1", "edited": "before", "gone": "bye", "from/name": "moved text", "run": "#!", "link": "-> a"}
    new = {"same": "1", "edited": "after", "to/name": "moved text", "new": "hello", "run/x": "#!", "link": "-> b"}
    assert kinds(old, new) == {
        "edited": "changed",
        "from/name": "removed",
        "gone": "removed",
        "link": "changed",
        "new": "added",
        "run": "mode",
        "to/name": "moved",
    }


def test_without_an_old_side_everything_is_added() -> None:
    assert kinds(None, {"a": "1", "b": "2"}) == {"a": "added", "b": "added"}


def test_fresh_lines_of_a_changed_file_know_no_indent() -> None:
    old, new = Files({"a": "if x:\n  call(1)\n"}), Files({"a": "if y:\n    call(1)\n    call(2)\n}\n"})
    (change,) = pair(old, new).changes
    assert OldLines(old).fresh(change, new) == {1: "if y:", 3: "    call(2)"}


def test_a_stray_sign_is_a_new_line_and_a_brace_is_none() -> None:
    old, new = Files({"a.cmake": "check(\n  x)\n"}), Files({"a.cmake": "check(\n.\n}\n\n  x)\n"})
    (change,) = pair(old, new).changes
    assert OldLines(old).fresh(change, new) == {2: "."}


def test_an_added_file_that_was_split_off_brings_only_its_own_lines() -> None:
    old = Files({"big": "first line\nsecond line\n"})
    new = Files({"big": "first line\n", "small": "second line\nthird line\n"})
    added = next(change for change in pair(old, new).changes if change.kind is Kind.ADDED)
    assert OldLines(old).fresh(added, new) == {2: "third line"}


def test_what_cannot_be_read_counts_as_changed_and_is_said() -> None:
    class Torn(Files):
        def read(self, path: str) -> bytes:
            from scanner.errors import InputError

            raise InputError("torn", where=path)

    pairing = pair(Files({"a": "1"}), Torn({"a": "1"}))
    assert [change.kind for change in pairing.changes] == [Kind.CHANGED]
    assert [problem.what for problem in pairing.problems] == ["torn"]


_tree = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["1", "2", "333"]), max_size=4)


@given(_tree, _tree)
def test_every_file_is_accounted_for(old: dict[str, str], new: dict[str, str]) -> None:
    pairing = pair(Files(old), Files(new))
    told = {change.path for change in pairing.changes if change.kind is not Kind.REMOVED}
    assert len(told) + pairing.unchanged == len(new)
    assert kinds(new, new) == {}
