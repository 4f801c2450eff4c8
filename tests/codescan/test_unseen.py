"""The unseen attacks and the honest updates are well formed; what is found of them is measured, not tested."""

from __future__ import annotations

from collections import Counter

import pytest

from scanner.model.signal import Capability, Concealment, Provenance, Trigger
from tests.codescan.trees import Files
from tests.codescan.variations import cases, unseen
from tests.codescan.variations.update import Update

_ATTACKS, _HONEST = tuple(unseen.attacks()), tuple(unseen.honest())
_WORDS = frozenset(map(str, (*Capability, *Concealment, *Provenance, *Trigger)))


def test_there_are_enough_and_no_two_are_called_alike() -> None:
    assert len(_ATTACKS) >= 40
    assert len(_HONEST) >= 20
    names = Counter(update.id for update in (*_ATTACKS, *_HONEST)) + Counter(t.id for t in cases.TECHNIQUES)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("update", [*_ATTACKS, *_HONEST], ids=lambda update: update.id)
def test_an_update_has_two_sides_that_differ(update: Update) -> None:
    old, new = Files(update.old), Files(update.new)
    assert old.entries
    assert any(path not in old.entries or old.read(path) != new.read(path) for path in new.entries)


@pytest.mark.parametrize("update", _ATTACKS, ids=lambda update: update.id)
def test_an_attack_asks_for_words_that_exist(update: Update) -> None:
    assert update.can
    assert all(update.can)
    assert update.when <= frozenset(map(str, Trigger))
    assert frozenset().union(*update.can) <= _WORDS


@pytest.mark.parametrize("update", _HONEST, ids=lambda update: update.id)
def test_an_honest_update_asks_for_nothing(update: Update) -> None:
    assert (update.when, update.can) == (frozenset(), ())
