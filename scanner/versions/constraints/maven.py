"""Maven: the "Dependency Version Requirement Specification" of its POM reference, and Gradle's `1.+`.

A bare version is a soft requirement, which others in the tree may override: it is taken at its word.
"""

from __future__ import annotations

from scanner.errors import InputError
from scanner.versions.constraints import brackets
from scanner.versions.constraints.value import Alternative, Interval, Rule, exactly, inside
from scanner.versions.scheme import Scheme

_ANY = ("", "+", "*", "latest", "release", "latest.release", "latest.integration")


def parse(text: str, _scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    wanted = text.strip()
    if wanted.lower() in _ANY:
        return ((),), inside
    if wanted[0] in "[(]":
        return tuple((one,) for one in brackets.intervals(wanted)), inside
    if "${" in wanted or "," in wanted or any(char.isspace() for char in wanted):
        raise InputError(f"{wanted[:80]!r} is no version requirement of Maven")
    if wanted.endswith("+"):
        return ((_prefix(wanted.rstrip("+").rstrip(".")),),), inside
    return ((exactly(wanted),),), inside


def _prefix(prefix: str) -> Interval:
    """`1.2.+`: from the first qualifier of 1.2 to the first one of 1.3."""
    head, dot, last = prefix.rpartition(".")
    if not last.isdecimal() or not last.isascii():
        return Interval(prefix, True)
    return Interval(f"{prefix}-alpha", True, f"{head}{dot}{int(last) + 1}-alpha", False)
