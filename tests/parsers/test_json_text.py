"""Whether a document says a key twice is proved by counting, wherever it stands and however long its lists are."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from scanner.errors import InputError
from scanner.parsers.cyclonedx import Bom
from scanner.parsers.spdx2 import Document
from scanner.shape import json_text

MANY = 450


def document(twice: int | None) -> bytes:
    """A list and an object of many entries, of which one says a key twice."""
    entries = ['{"name": "a:b", "version": "1"}' if n != twice else '{"name": "a", "name": "b"}' for n in range(MANY)]
    members = ", ".join(f'"k:{number}": {entry}' for number, entry in enumerate(entries))
    return f'{{"format:of": ["x:y"], "components": [{", ".join(entries)}], "more": {{{members}}}}}'.encode()


@pytest.mark.parametrize("twice", [None, 0, 199, 200, 301, MANY - 1])
def test_a_key_said_twice_in_a_long_list_is_noticed(twice: int | None) -> None:
    data = document(twice)
    assert json_text.repeats_nothing(data, json_text.value(data, where="x"), where="x") is (twice is None)
    assert json_text.duplicates(data, where="x") == (() if twice is None else ("name",))


@pytest.mark.parametrize("twice", [None, 0, 199, 200, 301, MANY - 1])
def test_so_it_is_where_structs_hold_it(twice: int | None) -> None:
    data = (
        b'{"bomFormat": "CycloneDX", "$schema": "a:b", ' + document(twice).partition(b", ")[2].partition(b', "more"')[0]
    )
    bom: Bom = json_text.typed(data + b"}", Bom, where="x")
    assert json_text.repeats_nothing(data + b"}", bom, where="x") is (twice is None)


@pytest.mark.parametrize("data", [b'{"a\\u003a": 1}', b'{"a": 1, "a": 2}', b'["a:", {"a": 1, "a": 1}]'])
def test_what_cannot_be_counted_is_not_called_whole(data: bytes) -> None:
    assert not json_text.repeats_nothing(data, json_text.value(data, where="x"), where="x")


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        json_text.value(b" \n", where="x")


def test_structs_of_both_kinds_are_counted(shared: Path) -> None:
    """Nothing is said twice in most, and the quick proof says so: else each scan of one takes the slow way."""
    for name, kind in (("cyclonedx", Bom), ("spdx", Document)):
        files = sorted((shared / "corpus/sbom").rglob(f"*{name}*.json"))[:40]
        proved = 0
        for path in files:
            data = path.read_bytes()
            with suppress(InputError):
                proved += json_text.repeats_nothing(data, json_text.typed(data, kind, where="x"), where="x")
        assert proved > len(files) // 2 > 5, name
