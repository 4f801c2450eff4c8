"""Severity comes from what stands together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.codescan import stories
from scanner.errors import InputError
from scanner.model.finding import Severity
from scanner.model.signal import Capability as Can
from scanner.model.signal import Concealment, Confidence, Novelty, Provenance, Signal, Trigger
from scanner.model.signal import Provenance as From
from tests.conftest import ROOT

TABLE_FILE = ROOT / "rules" / "code" / "stories.toml"
TABLE = stories.parse(TABLE_FILE.read_bytes(), where="stories.toml")


def signal(says: Can | Concealment | Provenance | Trigger, **fields: Any) -> Signal:
    defaults: dict[str, Any] = {"rule": f"rule-{says}", "path": "a.js", "line": 1, "message": "m"}
    return Signal(says=says, **(defaults | fields))


def worst(*signals: Signal) -> tuple[str, Severity] | None:
    told = next(stories.tell(signals, TABLE), None)
    return None if told is None else (told.story.id, told.severity)


INSTALL, IMPORT = {"trigger": Trigger.INSTALL}, {"trigger": Trigger.IMPORT}
LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL
CI, SURE, UNSURE = {"trigger": Trigger.CI}, {"confidence": Confidence.HIGH}, {"confidence": Confidence.LOW}
STRANGERS = signal(From.STRANGERS, **CI, **SURE)
OLD = {"novelty": Novelty.LINE}


@pytest.mark.parametrize(
    ("signals", "story", "severity"),
    [
        ([signal(Can.NETWORK)], "one-power", LOW),
        ([signal(Can.PROCESS), signal(Can.NETWORK, path="b.js")], "one-power", LOW),
        ([signal(Can.PROCESS, novelty=Novelty.PACKAGE), signal(Can.NETWORK)], "several-powers", MEDIUM),
        ([signal(Can.PROCESS, **INSTALL), signal(Can.NETWORK, **INSTALL)], "runs-hidden-remote-code-unasked", CRITICAL),
        ([signal(Can.SHELL, **IMPORT), signal(Concealment.ENCODED)], "runs-encoded-code-unasked", CRITICAL),
        ([signal(Can.DYNAMIC_CODE), signal(Concealment.ENCODED)], "hides-what-it-runs", HIGH),
        ([signal(Can.DYNAMIC_CODE, **OLD), signal(Concealment.ENCODED, **OLD)], "one-power", LOW),
        ([signal(Can.CREDENTIALS), signal(Can.NETWORK)], "sends-secrets-away", CRITICAL),
        ([signal(Can.CREDENTIALS), signal(Can.NETWORK, path="b.js")], "one-power", LOW),
        ([signal(Trigger.INSTALL, **INSTALL)], "new-hook", MEDIUM),
        ([signal(Concealment.BLINDING)], "blinds-the-reviewer", HIGH),
        ([signal(Provenance.TEST_DATA, trigger=Trigger.BUILD)], "build-reads-test-data", HIGH),
        ([signal(Concealment.MINIFIED)], "harder-to-read", LOW),
        ([STRANGERS, signal(Can.CI_SECRETS, **SURE, **CI)], "opens-secrets-to-strangers", CRITICAL),
        ([STRANGERS, signal(Can.CI_SECRETS, **SURE, **CI, path="b")], "takes-build-secrets", HIGH),
        ([STRANGERS], "lets-strangers-in", HIGH),
        ([signal(From.STRANGERS, **CI)], "strangers-near", MEDIUM),
        ([signal(From.STRANGERS, **CI, **UNSURE), signal(Can.CI_SECRETS, **CI, **UNSURE)], "one-power", LOW),
        ([signal(From.NEW_ACTION, **CI, **SURE)], "trusts-a-newcomer", HIGH),
        ([signal(From.NEW_ACTION, **CI)], "newcomer", MEDIUM),
        ([signal(From.NEW_ACTION, **CI, **UNSURE)], "changed-origin", LOW),
        ([signal(From.REPOINTED, **CI, **SURE)], "repointed", HIGH),
        ([signal(From.MOVED_PIN, **CI, **SURE)], "loosened-pin", MEDIUM),
        ([signal(From.MOVED_PIN, **CI)], "moved-pin", MEDIUM),
        ([signal(From.MOVED_PIN, **CI, **UNSURE)], "changed-origin", LOW),
        ([signal(Can.CI_SECRETS, **CI)], "hands-secrets-on", MEDIUM),
        ([signal(Can.CI_SECRETS, **CI, **UNSURE)], "one-power", LOW),
    ],
)  # fmt: skip
def test_the_worst_story(signals: list[Signal], story: str, severity: Severity) -> None:
    assert worst(*signals) == (story, severity)


def test_every_row_can_be_told_and_each_signal_once() -> None:
    told = list(stories.tell([signal(Can.NETWORK), signal(Can.PROCESS, path="b.js", **INSTALL)], TABLE))
    assert sum(len(one.signals) for one in told) == 2


_signals = st.builds(
    signal,
    st.sampled_from([*Can, *Concealment, *Provenance]),
    path=st.sampled_from(["a.js", "b.js"]),
    trigger=st.sampled_from(list(Trigger)),
    novelty=st.sampled_from(list(Novelty)),
)


@given(st.lists(_signals, max_size=6), _signals)
def test_one_more_signal_never_makes_it_milder(signals: list[Signal], more: Signal) -> None:
    before, after = worst(*signals), worst(*signals, more)
    assert before is None or (after is not None and after[1] >= before[1])


@given(st.lists(_signals, min_size=1, max_size=6))
def test_nothing_that_was_seen_is_left_untold(signals: list[Signal]) -> None:
    told = {one for story in stories.tell(signals, TABLE) for one in story.signals}
    assert told == set(signals)


@pytest.mark.parametrize(
    "text",
    [
        '[[story]]\nid = "a"\nseverity = "low"\ntitle = "t"\n',
        '[[story]]\nid = "a"\nseverity = "enormous"\ntitle = "t"\nhides = "any"\n',
        '[[story]]\nid = "a"\nseverity = "low"\ntitle = "t"\nhides = "any"\nwhen = "now"\n',
        '[[story]]\nid = "a"\nseverity = "low"\ntitle = "t"\ncan = [["fly"]]\n',
    ],
)
def test_a_row_that_means_nothing_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        stories.parse(text.encode(), where="stories.toml")
