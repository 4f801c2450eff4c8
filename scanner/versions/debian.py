"""Debian: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version"""

from __future__ import annotations

import re

from scanner.versions.scheme import Key, number

_EPOCH = re.compile(r"([0-9]+):(.*)", re.DOTALL)
_PAIR = re.compile(r"([^0-9]*)([0-9]*)")
# `~` stands before the end, letters behind it, everything else behind the letters.
_END = "\x01"
_RANKS = {
    byte: "\x00" if byte == ord("~") else chr(byte) if chr(byte).isalpha() and byte < 128 else chr(byte + 256)
    for byte in range(256)
}
_NOTHING = (_END, 0)


def key(version: str) -> Key:
    text = version.strip()
    match = _EPOCH.fullmatch(text)
    return (1, number(match[1]), *revised(match[2])) if match else (1, 0, *revised(text))


def revised(text: str) -> Key:
    """Upstream version and revision; none is revision 0."""
    upstream, hyphen, revision = text.rpartition("-")
    return (_pairs(upstream), _pairs(revision)) if hyphen else (_pairs(text), _pairs(""))


def _pairs(text: str) -> Key:
    """Alternately what is no digit, with its own alphabet, and a number."""
    # Byte by byte, as dpkg does it.
    raw = text.encode("utf-8", "surrogatepass").decode("latin-1")
    out: list[str | int] = []
    for word, digits in _PAIR.findall(raw):
        if word or digits:
            out += (word.translate(_RANKS) + _END, number(digits or "0"))
    return (*(out or _NOTHING), _END)
