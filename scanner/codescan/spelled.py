"""Text that code puts together from single characters, picks out of a table, or reads backwards.

The ways of PHP, Go, Ruby and Java: `chr(115) . chr(121)`, `t[3] + t[1]`, `"c" + "u" + "r" + "l"`, `strrev("…")`,
`str_rot13("…")`. What comes of it is yielded as bytes; whether it says anything is for others to judge.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

Spelled = tuple[int, str, str, bytes]
"""Offset, the literal as it stands, how it was hidden, what it says."""

_LONGEST = 2_000
_NUMBER = r"(?:0x[0-9a-fA-F]{1,2}|\d{1,3})"
_ONE = (
    rf"(?:\b[Cc][Hh][Rr][Ww]?\s*\(\s*{_NUMBER}\s*\)|\(char\)\s*{_NUMBER}"
    rf"|\bstring\(rune\({_NUMBER}\)\)|\b{_NUMBER}\.chr\b)"
)
_CHAIN = re.compile(rf"{_ONE}(?:\s*[.+&]\s*{_ONE}){{5,}}")
_CODE = re.compile(_NUMBER)
# Much cheaper than what they go before, and most files end here.
_MAYBE_CHAIN = re.compile(r"[Cc][Hh][Rr][Ww]?\s*\([\s\d]|\(char\)|\(rune\(|\d\.chr")
_MAYBE_PICKED = re.compile(r"\d[\]}]\s*[+.]\s*\$?\w+[\[{]\d")

_QUOTED = r"(?:\"(?:[^\"\\\n]|\\.){0,40}\"|'(?:[^'\\\n]|\\.){0,40}')"
_TABLE = re.compile(
    rf"(\$?\b\w+)(?:\s*\[\])?\s*:?=\s*(?:new\s+\w+\s*\[\]\s*|\[\.{{0,3}}\d*\](?:string|byte|rune)\s*|array\s*)?"
    rf"[\[{{(]\s*({_QUOTED}(?:\s*,\s*{_QUOTED}){{3,}})\s*,?\s*[\]}})]"
)
_ALPHABET = re.compile(r"(\$?\b\w+)\s*:?=\s*(?:\"([^\"\\\n]{6,200})\"|'([^'\\\n]{6,200})')")
_ITEM = re.compile(_QUOTED)
_PICKED = re.compile(r"(\$?\b\w+)(?:\[\d{1,3}\]|\{\d{1,3}\})(?:\s*[+.]\s*\1(?:\[\d{1,3}\]|\{\d{1,3}\})){3,}")
_INDEX = re.compile(r"[\[{](\d+)[\]}]")

_PIECES = re.compile(r"([\"'`])[^\"'`\\\n]{1,4}\1(?:\s*[+.]\s*([\"'`])[^\"'`\\\n]{1,4}\2){3,}")
_PIECE = re.compile(r"[\"'`]([^\"'`\\\n]{1,4})[\"'`]")

_BACKWARDS = re.compile(
    r"//:s?ptth|hs(?:ab)?/nib/|llehsrewop|edoced_?46esab|exe\.dmc|\)\(lave|lave|tressa|metsys|cexe_llehs"
)
_ROTATED = re.compile(
    r"uggcf?://|onfr64_qrpbqr|/ova/(?:on)?fu|cbjrefuryy|\bflfgrz\b|\bfuryy_rkrp\b|\bnffreg\b|\briny\b"
)
_ROTATED_WORDS = ("uggc", "onfr64_qrpbqr", "/ova/", "cbjrefuryy", "flfgrz", "furyy_rkrp", "nffreg", "riny")
_ENDS = "\"'`\n"


def found(text: str) -> Iterator[Spelled]:
    """Everything that is spelled out in a text, in no order."""
    named = "chr" in text.lower() or "(char)" in text or "(rune(" in text
    for match in _CHAIN.finditer(text) if named and _MAYBE_CHAIN.search(text) else ():
        codes = [int(code, 0) if code.lower().startswith("0x") else int(code) for code in _CODE.findall(match[0])]
        if all(code < 256 for code in codes):
            yield match.start(), match[0], "characters", bytes(codes)
    yield from _picked(text)
    for pattern, how in ((_BACKWARDS, "reversed"), (_ROTATED, "rot13")):
        if how == "rot13" and not any(word in text for word in _ROTATED_WORDS):
            continue
        end = 0
        for match in pattern.finditer(text):
            if match.start() < end:  # it lies in the literal that was just read
                continue
            literal = _around(text, match.start(), match.end())
            end = match.start() + len(literal)
            plain = literal[::-1] if how == "reversed" else codecs.encode(literal, "rot13")
            yield match.start(), literal, how, plain.encode("utf-8", "replace")


def pieces(text: str) -> Iterator[Spelled]:
    """Words that are cut into crumbs and joined again: to be looked for before anybody folds literals."""
    for match in _PIECES.finditer(text):
        yield match.start(), match[0], "pieces", "".join(_PIECE.findall(match[0])).encode("utf-8", "replace")


def _picked(text: str) -> Iterator[Spelled]:
    if not _MAYBE_PICKED.search(text):
        return
    picks = [match for match in _PICKED.finditer(text) if match.end() - match.start() < _LONGEST * 10]
    if not picks:
        return
    tables: dict[str, list[str]] = {}
    for match in _ALPHABET.finditer(text):
        tables[match[1]] = list(match[2] or match[3])
    for match in _TABLE.finditer(text):
        tables[match[1]] = [item[1:-1] for item in _ITEM.findall(match[2])]
    for match in picks:
        table = tables.get(match[1], [])
        chosen = [int(index) for index in _INDEX.findall(match[0])]
        if table and max(chosen) < len(table):
            says = "".join(table[index] for index in chosen)
            yield match.start(), match[0], "picked from a table", says.encode("utf-8", "replace")


def _around(text: str, start: int, end: int) -> str:
    """The literal that a place lies in, as far as one line and its quotes reach."""
    first = max((text.rfind(mark, max(0, start - _LONGEST), start) for mark in _ENDS), default=-1)
    first = max(first + 1, start - _LONGEST)
    lasts = [place for mark in _ENDS if (place := text.find(mark, end, end + _LONGEST)) >= 0]
    return text[first : min(lasts, default=min(len(text), end + _LONGEST))]
