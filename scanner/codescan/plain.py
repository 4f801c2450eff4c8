"""A source text as it reads once its decoders have done their work: the rules are shown this beside the text itself.

`require(atob("aHR0cHM="))` reads `require("https")`, whatever the helper is called that decodes; lists of character
codes, escapes, and lists under a one-byte key likewise. Lines keep their numbers. Bounded: the text is an attacker's.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator

from scanner.codescan.literals import TELLING, unmasking

MOST_TEXT = 2_000_000
_LONGEST = 20_000
_ROUNDS = 2
_QUOTED = r"(?:b|u)?([\"'])((?:(?!\1)[0-9A-Za-z+/=_-]){4,})\1"
_NUMBER = r"(?:0x[0-9a-fA-F]{1,2}|\d{1,3})"
_AFTER = r"(?:\s*\.\s*(?:decode|toString)\(\s*[^()\n]{0,20}\))?(?:\s*\[0\])?"
# `atob("…")`, `Buffer.from("…", "base64")`, `b64decode(b"…")`, `base64_decode("…")`, or a helper of any name. What is
# called is looked for backwards, and only where its argument decodes: to try every word of a file costs thirty times
# as much.
_TEXT = re.compile(
    r"\(\s*" + _QUOTED + r"\s*(?:,\s*[\"'](?:base64|base64url|hex|latin1|ascii|binary)[\"']\s*)?\)" + _AFTER
)
_CALLED = re.compile(r"(?:[\w$]+(?:\([\"'\w]*\))?\.)*[\w$]+\Z")
_RUBY = re.compile(r"(?:\[\s*+)?" + _QUOTED + r"\s*\]?\.(?:unpack1?|pack)\(\s*[\"'][mH][0*]?[\"']\s*\)(?:\s*\[0\])?")
_CODES = rf"({_NUMBER}(?:\s*,\s*{_NUMBER})+)\s*,?\s*"
_LIST = re.compile(rf"[\[(]\s*{_CODES}[\])]\s*\){_AFTER}")
_LISTED = re.compile(r"(?:[\w$]+\.)*[\w$]+\(\s*[\[(]\Z")
# The codes themselves are the arguments: what closes after them belongs to somebody else.
_ARGUMENTS = re.compile(rf"(?<=[\w$])\(\s*{_CODES}\){_AFTER}")
_TAKES_CODES = re.compile(r"(?:[\w$]+\.)*(?:fromCharCode|fromCodePoint|pack|chr|bytes)\(\Z")
_FAR = 200
"""Characters before an argument among which what is called is looked for."""
# `"ht" . "tps://"`, `"child_" + "process"`: literals with nothing between them but what joins them.
_CRUMB = r"(?:\"[^\"\\\n]{0,400}\"|'[^'\\\n]{0,400}')"
_CRUMBS = re.compile(rf"{_CRUMB}(?:\s*[+.]\s*{_CRUMB})+")
_CRUMB_TEXT = re.compile(_CRUMB)
_MAYBE_CRUMBS = re.compile(r"[\"']\s*[+.]\s*[\"']")
_ESCAPED = re.compile(r"(?:\\x[2-7][0-9a-fA-F]|\\u00[2-7][0-9a-fA-F]){3,}")
# A shell reads `cu""rl` as `curl`.
_BROKEN = re.compile(r"(?<![\w\"'])([a-z]{1,8})(?:\"\"|'')([a-z]{1,12})(?![\w\"'])")
_BREAK = re.compile(r"(?:\"\"|'')(?<=[a-z]..)[a-z]")
"""What each of them holds, found at a tenth of the cost: Python is full of empty quotes."""
_ESCAPE = re.compile(r"\\(?:x|u00)([0-9a-fA-F]{2})")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+\Z")
_READABLE = re.compile(r"(?=[^\n]*[A-Za-z]{2})[\x20-\x7e\t\r\n]+\Z")
_MODULES = frozenset(
    ("http", "https", "http2", "net", "tls", "dns", "dgram", "child_process", "fs", "os", "vm", "path", "axios",
     "crypto", "subprocess", "socket", "requests", "urllib", "urllib.request", "ctypes", "winreg", "shutil", "platform",
     "marshal", "builtins", "eval", "exec", "system", "spawn", "execSync", "Function", "constructor")
)  # fmt: skip
"""What nobody hides without a reason, though it is too short to be told by its shape."""


def reading(text: str) -> str | None:
    """The text with what decodes decoded, or `None` where nothing does."""
    if len(text) > MOST_TEXT:
        return None
    plain = _BROKEN.sub(r"\1\2", text) if _BREAK.search(text) else text
    for _ in range(_ROUNDS):
        before = plain
        key = _key(plain)
        if "\\x" in plain or "\\u00" in plain:
            plain = _ESCAPED.sub(_unescaped, plain)
        if _MAYBE_CRUMBS.search(plain):
            plain = _CRUMBS.sub(_joined, plain)
        plain = _spliced(plain, _calls(plain))
        if "pack" in plain:
            plain = _RUBY.sub(lambda found: _replaced(found[0], found[1], _decoded(found[2])), plain)
        plain = _spliced(plain, _lists(plain, key))
        if plain == before:
            break
    return None if plain == text else plain


def _spliced(text: str, found: Iterable[tuple[int, int, str]]) -> str:
    """The text with other words from some offset to another; what begins before the last one ended is left alone."""
    parts: list[str] = []
    done = 0
    for start, end, words in found:
        if start >= done:
            parts += (text[done:start], words)
            done = end
    return "".join((*parts, text[done:])) if parts else text


def _calls(text: str) -> Iterator[tuple[int, int, str]]:
    """Calls of something with a literal that decodes to something readable."""
    for found in _TEXT.finditer(text):
        said = _decoded(found[2])
        if said is not None and (start := _start(_CALLED, text, found.start())) is not None:
            yield start, found.end(), _replaced(text[start : found.end()], found[1], said)


def _lists(text: str, key: int) -> Iterator[tuple[int, int, str]]:
    """Calls of something with a list of numbers that are the codes of something readable."""
    for found, start, data in _codes(text):
        said = _readable(data)
        if key and (said is None or not _telling(said)):
            said = _readable(data.translate(unmasking(key)[0])) or said
        if said is not None:
            yield start, found.end(), _replaced(text[start : found.end()], '"', said)


def _codes(text: str) -> Iterator[tuple[re.Match[str], int, bytes]]:
    """The lists of numbers that something is called with, where the call begins, and their bytes."""
    ways = ((_LIST, _LISTED), (_ARGUMENTS, _TAKES_CODES))
    found = [(match, called) for pattern, called in ways for match in pattern.finditer(text)]
    for match, called in sorted(found, key=lambda pair: pair[0].start()):
        data = _bytes(match[1])
        if data is not None and (start := _start(called, text, match.start() + 1)) is not None:
            yield match, start, data


def _start(called: re.Pattern[str], text: str, end: int) -> int | None:
    """Where that begins which is called; `end` is that of its name, or of its bracket."""
    first = max(0, end - _FAR)
    match = called.search(text[first:end])
    return None if match is None else first + match.start()


def _replaced(stood: str, quote: str, said: str | None) -> str:
    if said is None:
        return stood
    body = json.dumps(said, ensure_ascii=True)[1:-1]
    body = body if quote == '"' else body.replace('\\"', '"').replace("'", "\\'")
    return f"{quote}{body}{quote}" + "\n" * stood.count("\n")


def _decoded(literal: str) -> str | None:
    """What a literal says in hexadecimal or base64, if it says something readable."""
    if len(literal) > _LONGEST:
        return None
    if _HEX.match(literal):
        return _readable(bytes.fromhex(literal))
    body = literal.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _readable(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    except (binascii.Error, ValueError):
        return None


def _readable(data: bytes) -> str | None:
    text = data.decode("latin-1")
    return text if len(text) > 1 and _READABLE.match(text) else None


def _joined(found: re.Match[str]) -> str:
    """Literals as one, where a word that tells is cut by the joint: the engine joins them in some languages only.

    Honest code breaks long texts between words, and that is no secret.
    """
    pieces = [piece[1:-1] for piece in _CRUMB_TEXT.findall(found[0])]
    whole, joints, length = "".join(pieces), set[int](), 0
    for piece in pieces[:-1]:
        length += len(piece)
        joints.add(length)
    cut = any(joint for told in TELLING.finditer(whole) for joint in joints if told.start() < joint < told.end())
    return _replaced(found[0], found[0][0], whole) if cut or whole in _MODULES else found[0]


def _key(text: str) -> int:
    """The one-byte key under which some list of codes says something telling; 0 where there is none."""
    tried = 0
    for _, _, data in _codes(text):
        plain = _readable(data)
        if len(data) < 5 or (plain is not None and _telling(plain)):
            continue
        tried += 1
        if tried > 50:
            break
        head = data[:200]
        for key in range(1, 256):
            # Cheap: most keys leave something that no text holds.
            if not head.translate(None, unmasking(key)[1]):
                said = _readable(head.translate(unmasking(key)[0]))
                if said is not None and _telling(said):
                    return key
    return 0


def _bytes(codes: str) -> bytes | None:
    if len(codes) > _LONGEST:
        return None
    numbers = [int(code, 16 if code.lower().startswith("0x") else 10) for code in map(str.strip, codes.split(","))]
    return bytes(numbers) if all(number < 256 for number in numbers) else None


def _telling(said: str) -> bool:
    return said in _MODULES or TELLING.search(said) is not None


def _unescaped(found: re.Match[str]) -> str:
    said = "".join(chr(int(code, 16)) for code in _ESCAPE.findall(found[0]))
    return found[0] if set(said) & set("\"'\\`") else said
