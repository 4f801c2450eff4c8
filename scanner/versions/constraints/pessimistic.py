"""Elixir and Terraform: comparisons and `~>`, joined by `and`, `or` and commas.

Spec: Elixir's `Version` module, "Requirements"; https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

from __future__ import annotations

import re

from scanner.errors import InputError
from scanner.versions.constraints import partial
from scanner.versions.constraints.value import MAX_PARTS, Alternative, Interval, Rule, clauses, exactly, without
from scanner.versions.scheme import Scheme

_OR = re.compile(r"\s+or\s+|\|\|")
_AND = re.compile(r"\s+and\s+|&&")


def parse(text: str, scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    out: list[Alternative] = []
    parts = _OR.split(text)
    if len(parts) > MAX_PARTS:
        raise InputError(f"more than {MAX_PARTS} alternatives")
    for part in parts:
        out += _alternatives(_AND.sub(",", part), scheme)
    return tuple(out), partial.when_named


def _alternatives(text: str, scheme: Scheme) -> list[Alternative]:
    intervals: list[Interval] = []
    holes: list[Interval] = []
    for operator, version in clauses(text):
        wanted = partial.partial(version)
        if operator == "~>":
            intervals.append(partial.pessimistic(wanted))
        elif operator in ("!=", "!"):
            holes.append(exactly(wanted.floor))
        else:
            found = partial.comparison(operator, wanted)
            if found is None:
                return []
            intervals.append(found)
    return without(scheme, tuple(intervals), holes)
