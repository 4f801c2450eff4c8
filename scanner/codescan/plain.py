"""A source text as it reads once its decoders have done their work: the rules are shown this beside the text itself.

`require(atob("aHR0cHM="))` reads `require("https")`, whatever the helper is called that decodes; lists of character
codes, escapes, and lists under a one-byte key likewise. Lines keep their numbers. Bounded: the text is an attacker's.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator

from scanner.codescan.literals import TELLING

MOST_TEXT = 2_000_000
_LONGEST = 20_000
_ROUNDS = 2
_QUOTED = r"(?:b|u)?([\"'])((?:(?!\1)[0-9A-Za-z+/=_-]){4,})\1"
_CODES = r"((?:0x[0-9a-fA-F]{1,2}|\d{1,3})(?:\s*,\s*(?:0x[0-9a-fA-F]{1,2}|\d{1,3}))+)\s*,?\s*"
_AFTER = r"(?:\s*\.\s*(?:decode|toString)\(\s*[^()\n]{0,20}\))?(?:\s*\[0\])?"
_TEXT = re.compile(
    # `atob("…")`, `Buffer.from("…", "base64")`, `b64decode(b"…")`, `base64_decode("…")`, or a helper of any name.
    r"(?:[\w$]+(?:\([\"'\w]*\))?\.)*[\w$]+\(\s*"
    + _QUOTED
    + r"\s*(?:,\s*[\"'](?:base64|base64url|hex|latin1|ascii|binary)[\"']\s*)?\)"
    + _AFTER
)
_RUBY = re.compile(r"\[?\s*" + _QUOTED + r"\s*\]?\.(?:unpack1?|pack)\(\s*[\"'][mH][0*]?[\"']\s*\)(?:\s*\[0\])?")
_LIST = re.compile(
    r"(?:(?:[\w$]+\.)*[\w$]+\(\s*[\[(]|(?:[\w$]+\.)*(?:fromCharCode|fromCodePoint|pack|chr|bytes)\()\s*"
    + _CODES
    + r"[\])]?\s*\)"
    + _AFTER
)
_ESCAPED = re.compile(r"(?:\\x[2-7][0-9a-fA-F]|\\u00[2-7][0-9a-fA-F]){3,}")
# A shell reads `cu""rl` as `curl`.
_BROKEN = re.compile(r"(?<![\w\"'])([a-z]{1,8})(?:\"\"|'')([a-z]{1,12})(?![\w\"'])")
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
    plain = _BROKEN.sub(r"\1\2", text)
    for _ in range(_ROUNDS):
        key = _key(plain)
        before = plain
        plain = _ESCAPED.sub(_unescaped, plain)
        plain = _TEXT.sub(lambda found: _replaced(found, found[1], _decoded(found[2])), plain)
        plain = _RUBY.sub(lambda found: _replaced(found, found[1], _decoded(found[2])), plain)
        plain = _LIST.sub(_listed(key), plain)
        if plain == before:
            break
    return None if plain == text else plain


def _replaced(found: re.Match[str], quote: str, said: str | None) -> str:
    if said is None:
        return found[0]
    body = json.dumps(said, ensure_ascii=True)[1:-1]
    body = body if quote == '"' else body.replace('\\"', '"').replace("'", "\\'")
    return f"{quote}{body}{quote}" + "\n" * found[0].count("\n")


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


def _listed(key: int) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        data = _bytes(found[1])
        said = None if data is None else _readable(data)
        if data is not None and key and (said is None or not _telling(said)):
            said = _readable(bytes(byte ^ key for byte in data)) or said
        return _replaced(found, '"', said)

    return replace


def _key(text: str) -> int:
    """The one-byte key under which some list of codes says something telling; 0 where there is none."""
    tried = 0
    for data in _lists(text):
        plain = _readable(data)
        if len(data) < 5 or (plain is not None and _telling(plain)):
            continue
        tried += 1
        if tried > 50:
            break
        for key in range(1, 256):
            said = _readable(bytes(byte ^ key for byte in data[:200]))
            if said is not None and _telling(said):
                return key
    return 0


def _lists(text: str) -> Iterator[bytes]:
    for found in _LIST.finditer(text):
        if (data := _bytes(found[1])) is not None:
            yield data


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
