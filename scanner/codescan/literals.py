"""What code hides in its literals: decoded before it is judged, and searched for what nobody hides without a reason.

Hexadecimal, base64, escapes, lists of character codes, what is spelled out, and one-byte XOR of any of them; nested
twice at most, and bounded in every direction: the literals are an attacker's.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, islice
from typing import NamedTuple

from scanner.codescan import packed, spelled

MOST_TEXT = 2_000_000
_MOST_LITERALS = 2_000
_LONGEST = 200_000
_NESTED = 2
_SHORT = 200
"""Bytes of a literal for which every key is tried."""
_PRINTABLE = bytes((0x09, 0x0A, 0x0D, *range(0x20, 0x7F)))
_DIGITS = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/=_-")
_SHAPE = bytes(0x30 if byte in _DIGITS else 0x20 for byte in range(256))
_RUN = b"0" * 16
_LISTS = ("codes", "hex", "escapes")
_HEX = re.compile(r"(?<![0-9A-Za-z+/=])((?:[0-9a-fA-F]{2}){8,})(?![0-9A-Za-z+/=])")
_BASE64 = re.compile(r"(?<![0-9A-Za-z+/=_-])(={0,2}[0-9A-Za-z+/_-]{16,}={0,2})(?![0-9A-Za-z+/=])")
_ESCAPE = r"\\x([0-9a-fA-F]{2})|\\u00([0-9a-fA-F]{2})|\\u\{0{0,4}([0-9a-fA-F]{2})\}|\\([0-3]?[0-7]{2})"
_ESCAPES = re.compile(rf"(?:{_ESCAPE.replace('(', '(?:')}){{6,}}")
# `(byte) 0x68`, `104u8`, `-91` (bytes of Java are signed), `'h'`, `b'h'`
_CODE = r"(?:\(s?byte\)\s*)?(?:0x[0-9a-fA-F]{1,2}|-?\d{1,3}|b?'(?:[^'\\\n]|\\.)')(?:[ui]8)?"
_CODES = re.compile(rf"[\[({{]\s*((?:{_CODE}\s*,\s*){{7,}}{_CODE})\s*,?\s*[\])}}]")
_NUMBER = re.compile(r"b?'(\\?.)'|(0x[0-9a-fA-F]{1,2}|-?\d{1,3})(?:[ui]8)?")
# PHP joins with a dot, Python and C without a word. What begins with a comma stands between two quotes, in a list of
# characters: 'a', '.', 'b'
_JOINED = re.compile(
    r"([\"'`])(?!,)([^\"'`\\\n]{0,4000})\1(\s*(?:\\\n\s*)?(?:[+.]\s*)?)b?([\"'`])([^\"'`\\\n]{0,4000})\4"
)
_JOINT = re.compile(r"[\"'`]\s*(?:\\\n\s*)?(?:[+.]\s*)?b?[\"'`]")

TELLING = re.compile(
    r"https?://|child_process|\brequire\s*\(|\beval\s*\(|\bFunction\s*\(|\bexec\s*\(|__import__|\bsubprocess\b|\bos\.system\b"
    r"|/bin/(?:ba|z)?sh\b|\|\s*(?:ba|z)?sh\b|\bpowershell\b|cmd\.exe|\bcurl\s|\bwget\s|\bchmod\s|\.ssh/|\.npmrc|\.aws/|process\.env"
    r"|crontab|LaunchAgents|CurrentVersion\\\\?Run|socket\.|\bimport\s+(?:os|socket|subprocess)\b|urlopen|\bfetch\s*\("
    r"|\.(?:bash|zsh)(?:rc|_profile|env)\b|\bNet::HTTP\b|\bshell_exec\b|\bfile_get_contents\s*\(|\bpyperclip\b"
    # What addresses of wallets look like, as patterns.
    r"|\(?bc1\|\[13\]|\bbc1\[|\[13\]\[a-km-z|0x\[[a-fA-F0-9-]{3,12}\]\{40\}|T\[A-Za-z1-9\]\{33\}"
)
"""What a hidden text says when it is code or an address."""


class Hidden(NamedTuple):
    """A literal that says something else than it shows."""

    line: int
    encoding: str
    """How it was hidden, outermost first: "base64", "hex", "codes", "pieces", "base64 > xor 0x5a"."""
    shown: str
    """The beginning of the literal as it stands."""
    says: str
    """The decoded text."""
    telling: tuple[str, ...]
    """What in it gave it away, in order of appearance."""


def fold(text: str) -> str:
    """The text with adjacent string literals joined: `'child_' + 'process'` → `'child_process'`."""
    # Most texts end here, at a third of the cost.
    for _ in range(20 if _JOINT.search(text) else 0):
        # Lines keep their numbers.
        folded = _JOINED.sub(lambda it: f"{it[1]}{it[2]}{it[5]}{it[1]}" + "\n" * it[3].count("\n"), text)
        if folded == text:
            break
        text = folded
    return text


def hidden(text: str) -> Iterator[Hidden]:
    """Yield the literals of a source text whose decoded form is telling, in order of appearance.

    At most two million characters and two thousand literals are looked at; a caller that must know whether there was
    more compares lengths.
    """
    yield from _telling(text[:MOST_TEXT], _decoded)


def in_pieces(text: str) -> Iterator[Hidden]:
    """The same for words that are cut into crumbs, which folding would put together: `"c" + "u" + "rl h"`."""
    yield from _telling(text[:MOST_TEXT], spelled.pieces)


def _telling(text: str, reader: Callable[[str], Iterator[spelled.Spelled]]) -> Iterator[Hidden]:
    for start, shown, encoding, data in islice(reader(text), _MOST_LITERALS):
        for how, plain in _readings(data, encoding, _NESTED):
            found = tuple(dict.fromkeys(match[0] for match in TELLING.finditer(plain)))
            if found:
                yield Hidden(text.count("\n", 0, start) + 1, how, shown[:80], plain[:2_000], found)
                break


def _decoded(text: str) -> Iterator[tuple[int, str, str, bytes]]:
    """(offset, literal, encoding, bytes) of everything that decodes; one literal may decode in several ways."""
    runs = list(_runs(text))
    for match in chain.from_iterable(_HEX.finditer(text, *run) for run in runs):
        yield match.start(), match[1], "hex", bytes.fromhex(match[1][:_LONGEST])
    for match in chain.from_iterable(_BASE64.finditer(text, *run) for run in runs):
        data = _unbase64(match[1][:_LONGEST])
        if data is not None:
            yield match.start(), match[1], "base64", data
        backwards = _unbase64(match[1][:_LONGEST][::-1])
        if backwards is not None and (_text(backwards) is not None or packed.unpacked(backwards) is not None):
            yield match.start(), match[1], "reversed base64", backwards
    for match in _ESCAPES.finditer(text) if "\\" in text else ():
        codes = re.findall(_ESCAPE, match[0][:_LONGEST])
        plain = bytes(int(octal, 8) if octal else int("".join(digits), 16) for *digits, octal in codes)
        yield match.start(), match[0], "escapes", plain
    for match in _CODES.finditer(text):
        numbers = [_number(*parts) for parts in _NUMBER.findall(match[1][:_LONGEST])]
        if all(-128 <= number < 256 for number in numbers):
            yield match.start(), match[0], "codes", bytes(number & 0xFF for number in numbers)
    yield from spelled.found(text)
    yield from packed.called(text)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where sixteen digits and letters or more stand together: the patterns of literals need not try every word."""
    shape = text.encode("latin-1", "replace").translate(_SHAPE)
    start = shape.find(_RUN)
    while start >= 0:
        end = shape.find(b" ", start)
        end = len(shape) if end < 0 else end
        yield start, end
        start = shape.find(_RUN, end)


def _number(character: str, digits: str) -> int:
    if character:
        return ord(character[-1])
    return int(digits, 16) if digits.startswith("0x") else int(digits)


def _unbase64(literal: str) -> bytes | None:
    body = literal.strip("=").replace("-", "+").replace("_", "/")
    if len(body) % 4 == 1:
        return None
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


@cache
def unmasking(key: int) -> tuple[bytes, bytes]:
    """Under a one-byte key: what each byte stands for, and the bytes that stand for readable characters."""
    return bytes(byte ^ key for byte in range(256)), bytes(byte ^ key for byte in _PRINTABLE)


def _readings(data: bytes, encoding: str, depth: int) -> Iterator[tuple[str, str]]:
    """The texts that some bytes may stand for: as they are, decoded once more, or under a one-byte key."""
    plain = _text(data)
    if plain is not None:
        yield encoding, plain
        if depth > 1:
            for _, _, inner, nested in _decoded(plain):
                yield from _readings(nested, f"{encoding} > {inner}", depth - 1)
    # Marshalled code lies in zlib; what is packed again and again is a bomb.
    elif encoding.count(">") < 2 * _NESTED and (inside := packed.unpacked(data)) is not None:
        yield from _readings(inside[1], f"{encoding} > {inside[0]}", depth)
    if 8 <= len(data) <= 20_000:
        for key in _keys(data, encoding):
            unmasked = _text(data.translate(unmasking(key)[0]))
            if unmasked is not None:
                yield f"{encoding} > xor {key:#04x}", unmasked


def _keys(data: bytes, encoding: str) -> Iterator[int]:
    """One-byte keys under which some bytes may be text."""
    # The commonest byte of hidden text is, as a rule, a blank or a common letter; a short text has none.
    head = data[:2_000]
    commonest = max(set(head), key=head.count)
    likely = {commonest ^ letter for letter in b" et/oa"} - {0}
    # Any long word passes for base64: only what is plainly a list of bytes is worth every key.
    keys = range(1, 256) if len(data) <= _SHORT and encoding in _LISTS else sorted(likely)
    for key in keys:
        # Cheap: most keys leave something in a text that no text holds.
        if len(data.translate(None, unmasking(key)[1])) <= 0.1 * len(data):
            yield key


def _text(data: bytes) -> str | None:
    """The bytes as text, if that is what they are."""
    head = data[:4_000]
    if not data or len(head.translate(None, _PRINTABLE)) > 0.05 * len(head):
        return None
    return data.decode("utf-8", "replace")
