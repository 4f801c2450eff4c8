"""Cargo: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html"""

from __future__ import annotations

from scanner.versions.constraints import partial
from scanner.versions.constraints.value import Alternative, Rule, clauses
from scanner.versions.scheme import Scheme


def parse(text: str, _scheme: Scheme) -> tuple[tuple[Alternative, ...], Rule]:
    intervals = []
    for operator, version in clauses(text):
        wanted = partial.partial(version)
        # A bare version is a caret requirement, a bare wildcard is what it says.
        if operator == "^" or (not operator and "*" not in version):
            intervals.append(partial.caret(wanted))
        elif operator == "~":
            intervals.append(partial.tilde(wanted))
        else:
            found = partial.comparison(operator, wanted)
            if found is None:
                return (), partial.same_tuple
            intervals.append(found)
    return (tuple(intervals),), partial.same_tuple
