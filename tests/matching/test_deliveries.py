"""What changed from one delivery to the next: each sign, and its near neighbours that are none."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scanner.matching import deliveries
from scanner.model.comparison import Step
from scanner.model.component import Component
from scanner.model.finding import FindingClass, Severity, State
from tests.deliveries import digest
from tests.factories import component

A, B, C = (f"sha256:{digest('sha256', name)}" for name in "abc")
SAME = f"sha512:{digest('sha512', 'a')}"


def one(text: str = "pkg:npm/good@1.0.0", *digests: str, **fields: Any) -> Component:
    return component(text, digests=digests, **fields)


def steps(before: list[Component], after: list[Component]) -> list[tuple[str, Step]]:
    return sorted((change.component.name, change.step) for change in deliveries.steps("new.json", before, after))


def npm(*digests: str, version: str = "1.0.0", host: str = "one.invalid") -> list[Component]:
    return [one(f"pkg:npm/good@{version}", *digests, source_url=f"https://{host}/good.tgz")]


def jars(of_jar: str, of_sources: str) -> list[Component]:
    return [
        one("pkg:maven/g/a@1?type=jar", of_jar),
        one("pkg:maven/g/a@1?classifier=sources&type=jar", of_sources),
    ]


def own(*digests: str) -> list[Component]:
    return [one("pkg:npm/x@1", *digests, purl=None, name="in-house")]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (npm(A), npm(B), True),
        (npm(A), npm(A), False),
        (npm(A), npm(A.upper().replace("SHA", "sha")), False),
        (npm(A), npm(SAME), False),
        (npm(A), npm(A, B), False),
        (npm(A, B), npm(A), False),
        (npm(A, B), npm(A, C), True),
        (npm(A, SAME), npm(B, SAME), True),
        (npm(A), npm(B, version="1.0.1"), False),
        (npm(A), npm(), False),
        (npm(A), npm(B, host="two.invalid"), True),
        (jars(A, B), jars(A, B)[::-1], False),
        (jars(A, B), jars(C, B), True),
        (own(A), own(B), True),
        (npm(A), [msgspec.structs.replace(npm(B)[0], purl=None)], True),
        (npm(A), [msgspec.structs.replace(npm(A)[0], purl=None)], False),
    ],
)
def test_other_bytes_under_the_same_version(before: list[Component], after: list[Component], told: bool) -> None:
    found = deliveries.steps("new.json", before, after)
    assert (Step.REDIGESTED in {change.step for change in found}) is told
    assert bool(list(deliveries.findings(found))) is told


@pytest.mark.parametrize(
    ("purl", "state"),
    [
        ("pkg:npm/good@1.0.0", State.CERTAIN),
        ("pkg:pypi/good@1.0.0", State.POSSIBLE),
        ("pkg:deb/debian/good@1", State.POSSIBLE),
    ],
)
def test_it_is_certain_where_a_version_has_one_file(purl: str, state: State) -> None:
    (found,) = deliveries.findings(deliveries.steps("new.json", [one(purl, A)], [one(purl, B)]))
    assert (found.class_, found.severity, found.state) == (FindingClass.INTEGRITY, Severity.HIGH, state)
    assert [seen.value for seen in found.evidence] == [B, A]


def test_the_finding_keeps_its_id_in_the_next_audit() -> None:
    first, second, other = (
        next(iter(deliveries.findings(deliveries.steps("new.json", before, after)))).id
        for before, after in ((npm(A), npm(B)), (npm(A), npm(C)), (own(A), own(B)))
    )
    assert first == second
    assert first != other


def test_what_comes_goes_and_becomes_another() -> None:
    before = [one("pkg:npm/gone@1"), one("pkg:npm/newer@1.9.0"), one("pkg:npm/older@2.0.0"), one("pkg:npm/same@1")]
    after = [one("pkg:npm/come@1"), one("pkg:npm/newer@1.10.0"), one("pkg:npm/older@1.9.9"), one("pkg:npm/same@1")]
    assert steps(before, after) == [
        ("come", Step.ADDED),
        ("gone", Step.REMOVED),
        ("newer", Step.UPDATED),
        ("older", Step.DOWNGRADED),
    ]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("Makers", "Takers", True),
        ("Makers", "makers", False),
        ("Organization: Makers (x@makers.invalid)", "Makers", False),
        ("Makers, Inc.", "Makers, Inc", False),
        (None, "Makers", False),
        ("Makers", None, False),
    ],
)
def test_another_supplier(was: str | None, now: str | None, told: bool) -> None:
    before, after = [one(supplier=was)], [one("pkg:npm/good@2.0.0", supplier=now)]
    assert bool(list(deliveries.suppliers(before, after))) is told
