"""Python: https://packaging.python.org/specifications/version-specifiers/ and Poetry's `^`, `~` and `||`.

Some clauses look at more than order (`>1.0` leaves out 1.0.post1, `==1.0` takes in 1.0+local): what is admitted is
decided clause by clause, and the intervals serve the question of overlap only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from scanner import versions
from scanner.errors import InputError
from scanner.versions.constraints.value import (
    MAX_PARTS,
    Alternative,
    Constraint,
    Interval,
    Rule,
    compared,
    exactly,
    raised,
    without,
)
from scanner.versions.scheme import Key, Scheme

_CLAUSE = re.compile(r"\s*+(===|~=|==|!=|<=|>=|<|>|\^|~|)\s*+((?:[^\s,<>=!~^|()]|!(?!=))++)\s*+,?+")
_RELEASE = re.compile(r"v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*", re.IGNORECASE)
_OR = re.compile(r"\|\|?")
_FINAL = 3
# Local versions of 1.0 stand behind it, and satisfy ==1.0 and <=1.0.
_LAST_LOCAL = "+" + "9" * 30


class _Clause(NamedTuple):
    operator: str
    version: str
    """Without the wildcard."""
    wildcard: bool


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    out: list[Alternative] = []
    for alternative in _alternatives(text):
        intervals: list[Interval] = []
        holes: list[Interval] = []
        for clause in alternative:
            (holes if clause.operator == "!=" else intervals).append(_interval(clause))
        out += without(scheme, tuple(intervals), holes)
    return tuple(out), _admits


@lru_cache(maxsize=4096)
def _alternatives(text: str) -> tuple[tuple[_Clause, ...], ...]:
    parts = _OR.split(text.strip().removeprefix("(").removesuffix(")"))
    if len(parts) > MAX_PARTS:
        raise InputError(f"more than {MAX_PARTS} alternatives")
    return tuple(_clauses(part.strip()) for part in parts)


def _clauses(text: str) -> tuple[_Clause, ...]:
    out: list[_Clause] = []
    place = 0
    while place < len(text):
        match = _CLAUSE.match(text, place)
        if match is None or len(out) == MAX_PARTS:
            raise InputError(f"{text[place:][:80]!r} is no version specifier")
        if match[2] != "*" or match[1] not in ("", "=="):
            out += _meant(match[1], match[2])
        place = match.end()
    return tuple(out)


def _meant(operator: str, version: str) -> list[_Clause]:
    """The clauses of PEP 440 that one clause, perhaps Poetry's, stands for."""
    if operator == "===":
        return [_Clause(operator, version, False)]
    plain = version.removesuffix(".*")
    wildcard = plain != version
    release = _RELEASE.match(plain)
    if release is None or not _order(plain)[0] or (wildcard and operator not in ("", "==", "!=")):
        raise InputError(f"{operator}{version[:80]} is no version specifier")
    if wildcard or operator not in ("~=", "~", "^"):
        return [_Clause(operator or "==", plain, wildcard)]
    epoch, mark, written = release[0].lower().removeprefix("v").rpartition("!")
    numbers = written.split(".")
    lowest = _Clause(">=", plain, False)
    if operator == "~=":
        if len(numbers) < 2:
            raise InputError(f"~={version[:80]} needs two numbers")
        return [lowest, _Clause("==", f"{epoch}{mark}{'.'.join(numbers[:-1])}", True)]
    if operator == "~":
        kept = min(len(numbers) - 1, 1)
    else:
        kept = next((index for index, part in enumerate(numbers) if int(part)), len(numbers) - 1)
    return [lowest, _Clause("<", f"{epoch}{mark}{raised(numbers[: kept + 1])}", False)]


def _interval(clause: _Clause) -> Interval:
    operator, version, wildcard = clause
    if wildcard:
        release = _RELEASE.match(version)
        if release is None or release[0] != version:
            raise InputError(f"{version[:80]}.* is no version specifier")
        epoch, mark, written = version.rpartition("!")
        return Interval(f"{version}.dev0", True, f"{epoch}{mark}{raised(written.lower().lstrip('v').split('.'))}.dev0")
    if operator in ("===", "!="):
        return exactly(version)
    key = _order(version)
    if operator in ("==", "<=") and not key[8]:
        return Interval(version if operator == "==" else None, operator == "==", version + _LAST_LOCAL, True)
    if operator == "<" and key[3] == _FINAL and key[5] < 0 and key[6] and not key[8]:
        # A final release leaves out its own prereleases.
        return Interval(high=f"{version}.dev0")
    return compared(operator, version)


def _order(version: str) -> Key:
    scheme = versions.scheme("PyPI")
    assert scheme is not None
    return scheme.key(version)


def _admits(constraint: Constraint, version: str) -> bool:
    alternatives = _alternatives(constraint.text)
    found = _order(version)
    if not found[0]:
        # A legacy version satisfies nothing but itself.
        return any(all(_same_text(clause, version) for clause in alternative) for alternative in alternatives)
    return any(
        all(_satisfies(clause, found, version) for clause in alternative)
        and (not _prerelease(found) or any(_names_prerelease(clause) for clause in alternative))
        for alternative in alternatives
    )


def _same_text(clause: _Clause, version: str) -> bool:
    return clause.operator == "===" and clause.version.lower() == version.strip().lower()


def _prerelease(key: Key) -> bool:
    return bool(key[0]) and (key[3] < _FINAL or not key[6])


def _names_prerelease(clause: _Clause) -> bool:
    return clause.operator == "===" or (
        clause.operator != "!=" and not clause.wildcard and _prerelease(_order(clause.version))
    )


def _satisfies(clause: _Clause, found: Key, version: str) -> bool:
    operator, _, wildcard = clause
    if operator == "===":
        return _same_text(clause, version)
    wanted = _order(clause.version)
    public = (*found[:8], ())
    same_release = found[1:3] == wanted[1:3]
    match operator:
        case "==" | "!=":
            equal = _begins_with(found, clause.version) if wildcard else (found if wanted[8] else public) == wanted
            return equal == (operator == "==")
        case ">=":
            return found >= wanted
        case "<=":
            return public <= wanted
        case "<":
            own_prerelease = same_release and _prerelease(found) and not _prerelease(wanted)
            return found < wanted and not own_prerelease
        case _:
            # Only a post-release, or a development release, may be followed by one of the same stage.
            later_post = same_release and found[3:5] == wanted[3:5] and wanted[5] < 0 and wanted[6]
            return public > wanted and not later_post


def _begins_with(found: Key, prefix: str) -> bool:
    wanted = _order(prefix)
    length = prefix.count(".") + 1
    padded = (*found[2], *(0,) * length)[:length]
    return bool(found[1] == wanted[1] and padded == (*wanted[2], *(0,) * length)[:length])
