"""Untrusted text is harmless before a person sees it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.display import address, line


@given(st.text())
def test_a_line_is_one_printable_line(text: str) -> None:
    shown = line(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in shown)
    assert len(shown) <= 10 * 1_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("axios", "axios"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\r\n::stop-commands::x", "a\\x0d\\x0a::stop-commands::x"),
        ("user\u202egpj.exe", "user\\u202egpj.exe"),
        ("z\u200bero", "z\\u200bero"),
        ("\x9b31m", "\\x9b31m"),
        ("Ünïcode 日本", "Ünïcode 日本"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_repaints_or_deceives_is_spelled_out(text: str, shown: str) -> None:
    assert line(text) == shown


def test_long_text_is_cut_and_says_so() -> None:
    assert line("x" * 2_000, limit=10) == "x" * 9 + "…"


def test_addresses_lose_their_password() -> None:
    assert address("https://user:secret@host.invalid/a@b") == "https://host.invalid/a@b"
    assert address("no address\x07") == "no address\\x07"
