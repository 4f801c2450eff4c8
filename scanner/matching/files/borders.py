"""Where an indicator begins and ends: what may stand beside it without making another thing of it.

All work on lower-case bytes. A byte above 0x7f is no part of a word: in a binary it is anything, and in most languages
written without blanks an address ends there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Border = Callable[[bytes, int, int], bool]
"""(text, begin, end) → whether an indicator that stands there stands by itself."""

LOOK = 16
"""How far beyond an indicator these look."""

_DIGIT = frozenset(b"0123456789")
_HEX = frozenset(b"0123456789abcdef")
_LETTER = frozenset(b"abcdefghijklmnopqrstuvwxyz")
_ALNUM = _LETTER | _DIGIT
_LABEL = _ALNUM | frozenset(b"-_")
_MAILBOX = _LABEL | frozenset(b".+%")
_DOT = ord(".")
# Encoded characters that end in a letter or digit: `%2f`, `\n`, `\x2f`, `\u002f`.
_ENCODED = re.compile(rb"(?:%[0-9a-f]{2}|\\(?:[nrtbfv0]|x[0-9a-f]{2}|u[0-9a-f]{4}))\Z")


def _free_before(text: bytes, begin: int, word: frozenset[int]) -> bool:
    if not begin or text[begin - 1] not in word:
        return True
    return _ENCODED.search(text[max(0, begin - 6) : begin]) is not None


def _free_after(text: bytes, end: int, word: frozenset[int]) -> bool:
    return end >= len(text) or text[end] not in word


def _name_ends(text: bytes, end: int) -> bool:
    """`evil.com` ends in `evil.com.` and `evil.com/`; `evil.com.example` is another name."""
    if end >= len(text):
        return True
    if text[end] == _DOT:
        return end + 1 >= len(text) or text[end + 1] not in _LABEL
    return text[end] not in _LABEL


def domain(text: bytes, begin: int, end: int) -> bool:
    """The name itself or one below it: `evil.com`, `x.evil.com`, not `notevil.com`, not `evil.com.example`."""
    # Before `@` it is a mailbox, or the user in an address: another host follows.
    return _free_before(text, begin, _LABEL) and _name_ends(text, end) and text[end : end + 1] != b"@"


def address(text: bytes, begin: int, end: int) -> bool:
    """Host and path: this very host, and nothing that goes on with the last piece of the path."""
    if (begin and text[begin - 1] == _DOT) or not _free_before(text, begin, _LABEL):
        return False
    if text[end - 1] not in _LABEL:
        return True
    return _name_ends(text, end)


def place(text: bytes, begin: int, end: int) -> bool:
    """An account or a repository of a forge: `host/owner`, also before `.git`."""
    if begin and text[begin - 1] == _DOT and text[max(0, begin - 5) : begin] != b"/www.":
        return False
    return _free_before(text, begin, _LABEL) and (_name_ends(text, end) or text[end : end + 4] == b".git")


def ip(text: bytes, begin: int, end: int) -> bool:
    """Four numbers that are not a part of five, nor of longer ones; `v1.2.3.4` is a version."""
    if begin:
        before = text[begin - 1]
        if before in _DIGIT and not _ENCODED.search(text[max(0, begin - 6) : begin]):
            return False
        if before == _DOT and begin > 1 and text[begin - 2] in _DIGIT:
            return False
        if before == ord("v") and (begin < 2 or text[begin - 2] not in _ALNUM):
            return False
    if end >= len(text):
        return True
    if text[end] == _DOT:
        return end + 1 >= len(text) or text[end + 1] not in _DIGIT
    return text[end] not in _DIGIT


def ip6(text: bytes, begin: int, end: int) -> bool:
    """Groups of hex digits, whole."""
    word = _HEX | frozenset(b":")
    return _free_before(text, begin, word) and _free_after(text, end, word)


def email(text: bytes, begin: int, end: int) -> bool:
    """The whole address: not the end of a longer mailbox, not a name within another domain."""
    return _free_before(text, begin, _MAILBOX) and _name_ends(text, end)


def digits(text: bytes, begin: int, end: int) -> bool:
    """A commit or digest: not a part of a longer hexadecimal number."""
    return _free_before(text, begin, _HEX) and _free_after(text, end, _HEX)


def word(text: bytes, begin: int, end: int) -> bool:
    """Where it begins or ends with a letter or digit, none may go on."""
    if text[begin] in _ALNUM and not _free_before(text, begin, _ALNUM):
        return False
    return text[end - 1] not in _ALNUM or _free_after(text, end, _ALNUM)
