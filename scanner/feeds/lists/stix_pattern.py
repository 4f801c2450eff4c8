"""STIX patterns → what they compare with what.

https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html, section 9. Of the language we use comparisons for
equality (`=`, `IN`) however AND, OR and FOLLOWEDBY join them; each is looked for by itself. A comparison of another
kind says which part is not used. The grammar's own parser costs 0.6 ms a pattern and a dependency; this reader takes
0.02 ms, and refuses what it does not understand.
"""

from __future__ import annotations

import re

import msgspec

from scanner.errors import InputError

_TOKEN = re.compile(
    r"""\s*+(?:
    (?P<string>'(?:[^'\\]|\\.)*+')
    |(?P<path>[a-zA-Z][\w-]*+:(?:[\w.-]|'(?:[^'\\]|\\.)*+'|\[(?:\d+|\*)\])++)
    |(?P<timed>(?:START|STOP)\s+t'[^']*'|WITHIN\s+[\d.]+\s+SECONDS|REPEATS\s+\d+\s+TIMES)
    |(?P<literal>[thb]'[^']*+'|-?\d[\d.]*+|true\b|false\b)
    |(?P<word>AND|OR|NOT|FOLLOWEDBY|IN|LIKE|MATCHES|ISSUBSET|ISSUPERSET|EXISTS)\b
    |(?P<sign>!=|<>|<=|>=|==|=|<|>|\[|\]|\(|\)|,)
    )""",
    re.VERBOSE,
)
_LONGEST = 200_000
_MOST = 10_000


class Comparison(msgspec.Struct, frozen=True):
    """`path = value`, in one observation."""

    path: str
    value: str
    joined: bool
    """Whether another condition has to hold in the same observation."""


class Pattern(msgspec.Struct, frozen=True):
    comparisons: tuple[Comparison, ...]
    unused: tuple[str, ...]
    """Parts that are no comparison for equality, as written."""


def parse(text: str) -> Pattern:
    """Read a pattern. Raises `InputError` where it is none."""
    if len(text) > _LONGEST:
        raise InputError(f"a pattern of {len(text)} characters")
    used: list[Comparison] = []
    unused: list[str] = []
    tokens = _tokens(text)
    place, depth, inside, joined = 0, 0, False, False
    start_of_observation = 0
    while place < len(tokens):
        kind, value = tokens[place]
        if (kind, value) == ("sign", "["):
            if inside:
                raise InputError("an observation inside another", where=text[:200])
            inside, joined, start_of_observation = True, False, len(used)
        elif (kind, value) == ("sign", "]"):
            if not inside:
                raise InputError("a bracket closes nothing", where=text[:200])
            inside = False
            if joined:
                used[start_of_observation:] = [
                    msgspec.structs.replace(one, joined=True) for one in used[start_of_observation:]
                ]
        elif kind == "word" and value == "AND" and inside:
            joined = True
        elif kind == "path" and inside:
            place = _comparison(tokens, place, used, unused)
            continue
        elif (kind, value) in (("sign", "("), ("sign", ")")):
            depth += 1 if value == "(" else -1
        elif not (kind == "timed" or (kind == "word" and value in ("AND", "OR", "FOLLOWEDBY", "EXISTS"))):
            raise InputError(f"{value[:60]!r} stands where it means nothing")
        place += 1
    if inside or depth or not (used or unused):
        raise InputError("no whole pattern")
    return Pattern(tuple(used), tuple(unused))


def _comparison(tokens: list[tuple[str, str]], place: int, used: list[Comparison], unused: list[str]) -> int:
    """Take one comparison; the place behind it."""
    path = tokens[place][1]
    begin, place = place, place + 1
    negated = tokens[place : place + 1] == [("word", "NOT")]
    place += negated
    kind, operator = tokens[place] if place < len(tokens) else ("", "")
    place += 1
    values: list[str] = []
    if operator == "IN" and tokens[place : place + 1] == [("sign", "(")]:
        place += 1
        while place < len(tokens) and tokens[place] != ("sign", ")"):
            if tokens[place][0] in ("string", "literal"):
                values.append(_unquoted(tokens[place]))
            place += 1
        place += 1
    elif place < len(tokens) and tokens[place][0] in ("string", "literal"):
        values.append(_unquoted(tokens[place]))
        place += 1
    if not values or kind not in ("sign", "word"):
        raise InputError(f"{path[:60]!r} is compared with nothing")
    if operator in ("=", "==", "IN") and not negated:
        used.extend(Comparison(path, value, False) for value in values)
    else:
        unused.append(" ".join(value for _, value in tokens[begin:place])[:200])
    if len(used) + len(unused) > _MOST:
        raise InputError(f"more than {_MOST} comparisons")
    return place


def _tokens(text: str) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            raise InputError(f"{text[place : place + 60]!r} is no part of a pattern")
        assert found.lastgroup is not None
        out.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    return out


def _unquoted(token: tuple[str, str]) -> str:
    kind, text = token
    if kind == "string":
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text.partition("'")[2].removesuffix("'") if text[:2] in ("t'", "h'", "b'") else text
