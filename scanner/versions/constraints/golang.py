"""Go: `go.mod` names the lowest version of each module, and the one selected is always one that is named."""

from __future__ import annotations

from scanner.errors import InputError
from scanner.versions.constraints.value import Alternative, Rule, exactly, inside
from scanner.versions.scheme import Scheme


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    wanted = text.strip()
    if wanted in ("", "*", "latest"):
        return ((),), inside
    if not scheme.orders(wanted):
        raise InputError(f"{wanted[:80]!r} is no version of a Go module")
    return ((exactly(wanted),),), inside
