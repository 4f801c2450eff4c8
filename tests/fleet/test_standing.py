"""How a target stands, in words."""

from __future__ import annotations

import pytest

from scanner.fleet.store.values import Covered
from scanner.model.component import Problem
from scanner.pipeline.fleet import standing

LEFT_OUT = Problem(where="fleet", what="components only", harmless=True)
BROKEN = Problem(where="a/package-lock.json", what="not JSON")


@pytest.mark.parametrize(
    ("covered", "says"),
    [
        (Covered(complete=True, read=2, checked=2, problems=(LEFT_OUT,)), ""),
        (Covered(complete=False, problems=(LEFT_OUT,)), "nothing that is read was found in it"),
        (Covered(complete=False, read=2, checked=2, problems=(LEFT_OUT, BROKEN)), "a/package-lock.json: not JSON"),
        (Covered(complete=False, problems=(BROKEN,) * 3), "a/package-lock.json: not JSON (and 2 more)"),
        (Covered(complete=False, read=1200, checked=1), "nothing can be said of 1,199 of 1,200 packages"),
        (Covered(complete=False, read=2, checked=2), "a feed was stale, missing or broken"),
    ],
)
def test_why_a_look_did_not_see_everything(covered: Covered, says: str) -> None:
    assert standing.lacking(covered) == says
